using System.Threading.Channels;
using Viaduct.Benchmarks.Messages;
using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>System.Threading.Channels awaited with WriteAsync and ReadAsync.</summary>
internal sealed class ChannelsAsyncEnd<T> : IAsyncEnd<T>
    where T : unmanaged, IMessage<T>
{
    private readonly ChannelWriter<T> _writer;
    private readonly ChannelReader<T> _reader;
    private long _sequence;
    private long _sum;

    public ChannelsAsyncEnd(ChannelWriter<T> writer, ChannelReader<T> reader)
    {
        _writer = writer;
        _reader = reader;
    }

    public ValueTask SendAsync() => _writer.WriteAsync(T.Create(_sequence++));

    public ValueTask<T> ReceiveAsync() => _reader.ReadAsync();

    public void Take(in T received) => _sum += T.Read(received);
}
