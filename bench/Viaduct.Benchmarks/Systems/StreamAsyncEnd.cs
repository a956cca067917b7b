using System.Runtime.CompilerServices;
using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>A byte stream with awaited calls, one write and one full read a message.</summary>
internal sealed class StreamAsyncEnd : IAsyncEnd<int>
{
    private readonly Stream _stream;
    private readonly Content _content;
    private readonly byte[] _outgoing;
    private readonly byte[] _incoming;
    private byte _sequence;
    private long _sum;

    public StreamAsyncEnd(Stream stream, int size, Content content)
    {
        _stream = stream;
        _content = content;
        _outgoing = new byte[size];
        _incoming = new byte[size];
    }

    public ValueTask SendAsync()
    {
        _content.Fill(_outgoing, _sequence++);
        return _stream.WriteAsync(_outgoing);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReceiveAsync()
    {
        int done = 0;
        while (done < _incoming.Length)
        {
            int count = await _stream.ReadAsync(_incoming.AsMemory(done));
            if (count == 0)
            {
                throw new EndOfStreamException("the other side has gone");
            }

            done += count;
        }

        return done;
    }

    public void Take(in int received) => _sum += _content.Look(_incoming.AsSpan(0, received));
}
