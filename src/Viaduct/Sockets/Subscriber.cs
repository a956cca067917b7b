namespace Viaduct;

/// <summary>Receives every message that is published while it is subscribed, but for those that its <see cref="SubscriberOptions.WhenFull"/> lets go.</summary>
/// <typeparam name="T">The type of the messages.</typeparam>
/// <remarks>The subscribers of one process get one object between them, be it a copy or what was handed over: don't change it where there may be others.</remarks>
public sealed class Subscriber<T> : Receiver<T>
{
    internal Subscriber(Node node, ChannelSpec<T> channel, SubscriberOptions options)
        : base(node, channel, Pattern.PublishSubscribe, "subscriber", options, options.WhenFull, options.History)
    {
        Inbox.MissedMessages = (link, count) => node.RaiseMissed(this, link.Peer.Describe(), count, () => MessagesMissed?.Invoke(count));
    }

    /// <summary>Raised with the number of messages that were just found to be missed; on the node's event thread.</summary>
    public event Action<long>? MessagesMissed;

    /// <summary>Messages that were overwritten before this subscriber came to them. The publisher counts the same.</summary>
    public long Missed => Inbox.Missed;
}
