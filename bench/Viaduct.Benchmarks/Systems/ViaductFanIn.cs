namespace Viaduct.Benchmarks.Systems;

/// <summary>One side's sockets of a fan-in.</summary>
internal sealed class ViaductFanIn<T> : IDisposable
{
    public ViaductFanIn(Producer<T>[] producers, Consumer<T> consumer)
    {
        Producers = producers;
        Consumer = consumer;
    }

    public Producer<T>[] Producers { get; }

    public Consumer<T> Consumer { get; }

    /// <exception cref="TimeoutException">A peer did not come.</exception>
    public void Meet(int senders, TimeSpan timeout)
    {
        Array.ForEach(Producers, producer => ViaductEnds<T>.Meet(producer, timeout));
        ViaductEnds<T>.Meet(Consumer, timeout, senders);
    }

    public void Dispose()
    {
        Array.ForEach(Producers, producer => producer.Dispose());
        Consumer.Dispose();
    }
}
