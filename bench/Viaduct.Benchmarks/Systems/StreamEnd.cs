using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>A byte stream with blocking calls, one write and one full read a message.</summary>
internal struct StreamEnd : IEnd
{
    private readonly Stream _stream;
    private readonly byte[] _outgoing;
    private readonly byte[] _incoming;
    private byte _sequence;
    private long _sum;

    public StreamEnd(Stream stream, int size)
    {
        _stream = stream;
        _outgoing = new byte[size];
        _incoming = new byte[size];
    }

    public void Send()
    {
        _outgoing.AsSpan().Fill(_sequence++);
        _stream.Write(_outgoing);
    }

    public void Receive()
    {
        _stream.ReadExactly(_incoming);
        _sum += CacheLines.Touch(_incoming);
    }
}
