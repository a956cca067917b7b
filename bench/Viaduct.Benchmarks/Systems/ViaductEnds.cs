namespace Viaduct.Benchmarks.Systems;

/// <summary>One side's two sockets: the producer of one channel and the consumer of the other.</summary>
internal sealed class ViaductEnds<T> : IDisposable
{
    public ViaductEnds(Producer<T> producer, Consumer<T> consumer)
    {
        Producer = producer;
        Consumer = consumer;
    }

    public Producer<T> Producer { get; }

    public Consumer<T> Consumer { get; }

    /// <exception cref="TimeoutException">A peer of the socket did not come.</exception>
    public static void Meet(ISocket socket, TimeSpan timeout, int peers = 1)
    {
        if (!socket.WaitForPeers(peers, timeout))
        {
            throw new TimeoutException($"the {socket.Role} of '{socket.Channel.Name}' found fewer than {peers} peers within {timeout.TotalSeconds} s");
        }
    }

    /// <exception cref="TimeoutException">A peer did not come.</exception>
    public void Meet(TimeSpan timeout)
    {
        Meet(Producer, timeout);
        Meet(Consumer, timeout);
    }

    public void Dispose()
    {
        Producer.Dispose();
        Consumer.Dispose();
    }
}
