using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>System.IO.Pipelines: one flush a message, written and read in the pipe's own memory.</summary>
internal sealed class PipelinesAsyncEnd : IAsyncEnd<ReadResult>
{
    private readonly PipeWriter _writer;
    private readonly PipeReader _reader;
    private readonly int _size;
    private readonly Content _content;
    private byte _sequence;
    private long _sum;

    public PipelinesAsyncEnd(PipeWriter writer, PipeReader reader, int size, Content content)
    {
        _writer = writer;
        _reader = reader;
        _size = size;
        _content = content;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask SendAsync()
    {
        _content.Fill(_writer.GetSpan(_size)[.._size], _sequence++);
        _writer.Advance(_size);
        await _writer.FlushAsync();
    }

    public ValueTask<ReadResult> ReceiveAsync() => _reader.ReadAtLeastAsync(_size);

    public void Take(in ReadResult received)
    {
        ReadOnlySequence<byte> message = received.Buffer.Slice(0, _size);
        foreach (ReadOnlyMemory<byte> part in message)
        {
            _sum += part.IsEmpty ? 0 : _content.Look(part.Span);
        }

        _reader.AdvanceTo(message.End);
    }
}
