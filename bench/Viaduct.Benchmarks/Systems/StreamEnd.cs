using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>A byte stream with blocking calls, one write and one full read a message.</summary>
internal struct StreamEnd : IEnd
{
    private readonly Stream _stream;
    private readonly Content _content;
    private readonly byte[] _outgoing;
    private readonly byte[] _incoming;
    private byte _sequence;
    private long _sum;

    public StreamEnd(Stream stream, int size, Content content)
    {
        _stream = stream;
        _content = content;
        _outgoing = new byte[size];
        _incoming = new byte[size];
    }

    public void Send()
    {
        _content.Fill(_outgoing, _sequence++);
        _stream.Write(_outgoing);
    }

    public void Receive()
    {
        _stream.ReadExactly(_incoming);
        _sum += _content.Look(_incoming);
    }
}
