using System.Threading.Channels;
using Viaduct.Benchmarks.Messages;
using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>System.Threading.Channels polled with TryWrite and TryRead.</summary>
internal struct ChannelsEnd<T> : IEnd
    where T : unmanaged, IMessage<T>
{
    private readonly ChannelWriter<T> _writer;
    private readonly ChannelReader<T> _reader;
    private long _sequence;
    private long _sum;

    public ChannelsEnd(ChannelWriter<T> writer, ChannelReader<T> reader)
    {
        _writer = writer;
        _reader = reader;
    }

    public void Send()
    {
        T message = T.Create(_sequence++);
        while (!_writer.TryWrite(message))
        {
        }
    }

    public void Receive()
    {
        T message;
        while (!_reader.TryRead(out message))
        {
        }

        _sum += T.Read(message);
    }
}
