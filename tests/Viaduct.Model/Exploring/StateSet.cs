using System.Numerics;

namespace Viaduct.Model.Exploring;

/// <summary>Which states were reached: open addressing, since whether one was is asked for every move.</summary>
internal sealed class StateSet
{
    private const int LeastBits = 10;

    /// <summary>A state stands where its hash says or behind that; its first number is complemented, so a place of zeros is free.</summary>
    private State[] _places = new State[1 << LeastBits];
    private int _bits = LeastBits;
    private int _count;

    /// <summary>Adds a state; false if it is there.</summary>
    public bool Add(in State state)
    {
        ref State place = ref Find(state);
        if (place.First != 0)
        {
            return false;
        }

        place = state with { First = ~state.First };
        if (++_count > _places.Length / 2)
        {
            Grow();
        }

        return true;
    }

    /// <summary>Forgets them all.</summary>
    public void Clear()
    {
        Array.Clear(_places);
        _count = 0;
    }

    private void Grow()
    {
        State[] places = _places;
        _places = new State[1 << ++_bits];
        foreach (ref readonly State place in places.AsSpan())
        {
            if (place.First != 0)
            {
                Find(place with { First = ~place.First }) = place;
            }
        }
    }

    /// <summary>The place of a state, or the free one where it belongs.</summary>
    private ref State Find(in State state)
    {
        State sought = state with { First = ~state.First };
        int mask = _places.Length - 1;
        int at = (int)(Hash(state) >> (64 - _bits));
        while (_places[at].First != 0 && _places[at] != sought)
        {
            at = (at + 1) & mask;
        }

        return ref _places[at];
    }

    /// <summary>Multiplicative hashing (Knuth, The Art of Computer Programming, volume 3, 6.4): its upper bits depend on all bits of the numbers.</summary>
    private static ulong Hash(in State state)
    {
        const ulong Golden = 0x9E3779B97F4A7C15;
        ulong hash = (uint)state.First * Golden;
        hash = (BitOperations.RotateLeft(hash, 32) ^ (uint)state.Second) * Golden;
        hash = (BitOperations.RotateLeft(hash, 32) ^ (uint)state.Third) * Golden;
        return (BitOperations.RotateLeft(hash, 32) ^ (uint)state.Common) * Golden;
    }
}
