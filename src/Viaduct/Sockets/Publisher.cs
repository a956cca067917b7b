using Viaduct.Links;

namespace Viaduct;

/// <summary>
/// Sends messages of which each goes to every subscriber there is at that moment. What happens when a subscriber is full is its own
/// choice (<see cref="SubscriberOptions.WhenFull"/>). Without subscribers nobody is waited for.
/// </summary>
/// <typeparam name="T">The type of the messages.</typeparam>
public sealed class Publisher<T> : Sender<T>
{
    internal Publisher(Node node, ChannelSpec<T> channel, PublisherOptions options)
        : base(
            node,
            channel,
            Pattern.PublishSubscribe,
            "publisher",
            options,
            new BroadcastOutbox<T>(channel, options, MessageFormat<T>.For(channel.EffectiveCodec), node.Memory.Publishers))
    {
        ((BroadcastOutbox<T>)Outbox).MissedMessages = (link, count) => node.RaiseMissed(this, link.Peer.Describe(), count, static () => { });
    }
}
