namespace Viaduct.Linux;

/// <summary>Room for words to sleep on, in memory that does not move. As a span of them, but of this library's own code, which is compiled ahead (ReadyToRun).</summary>
internal readonly unsafe ref struct FutexWords
{
    private readonly FutexWord* _first;

    /// <summary>So many, from here on.</summary>
    internal FutexWords(FutexWord* first, int length)
    {
        _first = first;
        Length = length;
    }

    /// <summary>How many there is room for.</summary>
    internal int Length { get; }

    /// <summary>One of them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none of this number.</exception>
    internal ref FutexWord this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Length);
            return ref _first[index];
        }
    }

    /// <summary>The first ones.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer.</exception>
    internal FutexWords First(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)Length);
        return new FutexWords(_first, count);
    }

    /// <summary>The others.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer.</exception>
    internal FutexWords After(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)Length);
        return new FutexWords(_first + count, Length - count);
    }
}
