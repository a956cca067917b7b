using Viaduct.Links;

namespace Viaduct;

/// <summary>Sends messages of which each goes to one consumer. A producer without consumers waits.</summary>
/// <typeparam name="T">The type of the messages.</typeparam>
/// <example><code>
/// using Producer&lt;Event&gt; producer = node.OpenProducer(events);
/// producer.Send(in e);
/// </code></example>
public sealed class Producer<T> : Sender<T>
{
    internal Producer(Node node, ChannelSpec<T> channel, ProducerOptions options)
        : base(
            node,
            channel,
            Pattern.ProducerConsumer,
            "producer",
            options,
            new QueueOutbox<T>(
                channel,
                options,
                MessageFormat<T>.For(channel.EffectiveCodec),
                options.Distribution,
                options.MaxAttempts,
                letter => node.Report(letter, options.OnDeadLetter),
                channel.Delivery == Delivery.AtLeastOnce,
                channel.Capacity)
            {
                OnRedelivered = count => node.ReportRedelivered(channel, count),
            })
    {
    }
}
