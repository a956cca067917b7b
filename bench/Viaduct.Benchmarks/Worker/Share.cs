namespace Viaduct.Benchmarks.Worker;

/// <summary>How a team of threads or loops shares the messages of a pass.</summary>
internal sealed class Share
{
    /// <summary>What one takes at a time of what is to be received.</summary>
    private const int Turn = 64;

    private readonly int _members;
    private long _count;
    private long _left;

    public Share(int members)
    {
        _members = members;
    }

    /// <summary>A pass of so many messages begins.</summary>
    public void Begin(long count)
    {
        _count = count;
        _left = count;
    }

    /// <summary>What that one sends.</summary>
    public long Of(int member) => (_count / _members) + (member < _count % _members ? 1 : 0);

    /// <summary>How many to receive next; 0 = no more. Who gets which message is not known, so nobody may wait for one that another takes.</summary>
    public int Take() => (int)Math.Clamp(Interlocked.Add(ref _left, -Turn) + Turn, 0, Turn);
}
