using Viaduct.Model.Running;

namespace Viaduct.Model.Exploring;

/// <summary>
/// A numbered station, with what follows from it and from nothing else. There are thousands of times as many states as stations, so each of these is worked out when
/// it is first asked for and kept.
/// </summary>
internal sealed class Stop
{
    private (MoveKind Kind, ulong Value, int Next)[] _nexts = [];

    /// <summary>What its own buffer holds of the word that it wants to read.</summary>
    private readonly ulong _ownMask;
    private readonly ulong _own;

    public Stop(Station station)
    {
        Station = station;
        Needs = station.Needs;
        Need = station.Point.Need;
        Buffered = station.Buffer.Length;
        foreach (ref readonly Step step in station.Buffer.AsSpan())
        {
            if (step.Kind == StepKind.Store && step.Word == Need.Word)
            {
                _own = (_own & ~step.Mask) | step.Value;
                _ownMask |= step.Mask;
            }
        }
    }

    /// <summary>The station.</summary>
    public Station Station { get; }

    /// <summary>It has taken all steps of its place.</summary>
    public bool Needs { get; }

    /// <summary>What it stops for then.</summary>
    public Need Need { get; }

    /// <summary>Stores and fences in its buffer.</summary>
    public int Buffered { get; }

    /// <summary>The stores that can leave its buffer; null as long as nobody asked.</summary>
    public Exit[]? Exits { get; set; }

    /// <summary>What a process finds in the word that it wants to read, by what the others find there.</summary>
    public ulong Find(ulong value) => (value & ~_ownMask) | _own;

    /// <summary>The station that a move leads to, if that is known.</summary>
    public bool TryGetNext(MoveKind kind, ulong value, out int next)
    {
        foreach (ref readonly (MoveKind Kind, ulong Value, int Next) known in _nexts.AsSpan())
        {
            if (known.Value == value && known.Kind == kind)
            {
                next = known.Next;
                return true;
            }
        }

        next = -1;
        return false;
    }

    /// <summary>Notes the station that a move leads to.</summary>
    public void AddNext(MoveKind kind, ulong value, int next) => _nexts = [.. _nexts, (kind, value, next)];
}
