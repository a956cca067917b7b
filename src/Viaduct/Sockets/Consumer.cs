namespace Viaduct;

/// <summary>Receives messages of which each goes to one consumer; takes turns among several producers.</summary>
/// <typeparam name="T">The type of the messages.</typeparam>
/// <example><code>
/// using Consumer&lt;Event&gt; consumer = node.OpenConsumer(events);
/// await foreach (Event e in consumer.ReadAllAsync(token)) Work(e);
/// </code></example>
public sealed class Consumer<T> : Receiver<T>
{
    internal Consumer(Node node, ChannelSpec<T> channel, ConsumerOptions options)
        : base(node, channel, Pattern.ProducerConsumer, "consumer", options, FullMode.Wait)
    {
    }
}
