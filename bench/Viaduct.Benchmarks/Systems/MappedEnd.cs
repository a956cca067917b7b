using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>Messages written and read in the slots of a memory-mapped file.</summary>
internal struct MappedEnd : IEnd
{
    private readonly Content _content;
    private MappedRing _outgoing;
    private MappedRing _incoming;
    private byte _sequence;
    private long _sum;

    public MappedEnd(MappedRing outgoing, MappedRing incoming, Content content)
    {
        _outgoing = outgoing;
        _incoming = incoming;
        _content = content;
    }

    public void Send()
    {
        _content.Fill(_outgoing.Next(), _sequence++);
        _outgoing.Publish();
    }

    public void Receive()
    {
        _sum += _content.Look(_incoming.Wait());
        _incoming.Release();
    }
}
