namespace Viaduct.Benchmarks.Systems;

/// <summary>One side's sockets where several producers, or several consumers, share a channel.</summary>
internal sealed class ViaductMany<T> : IDisposable
{
    public ViaductMany(IEnumerable<Producer<T>> producers, IEnumerable<Consumer<T>> consumers)
    {
        Producers = [.. producers];
        Consumers = [.. consumers];
    }

    public Producer<T>[] Producers { get; }

    public Consumer<T>[] Consumers { get; }

    /// <param name="senders">How many producers the consumers have.</param>
    /// <param name="receivers">How many consumers the producers have.</param>
    /// <param name="timeout">How long they may take.</param>
    /// <exception cref="TimeoutException">A peer did not come.</exception>
    public void Meet(int senders, int receivers, TimeSpan timeout)
    {
        Array.ForEach(Producers, producer => ViaductEnds<T>.Meet(producer, timeout, receivers));
        Array.ForEach(Consumers, consumer => ViaductEnds<T>.Meet(consumer, timeout, senders));
    }

    public void Dispose()
    {
        Array.ForEach(Producers, producer => producer.Dispose());
        Array.ForEach(Consumers, consumer => consumer.Dispose());
    }
}
