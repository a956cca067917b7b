using Viaduct.Memory;
using Viaduct.Rings;

namespace Viaduct.Links;

/// <summary>Joins two sockets of one process.</summary>
internal static unsafe class InProcessLink
{
    /// <summary>Adds a link from a sender to a receiver. False when either is closed.</summary>
    public static bool Connect<T>(Outbox<T> sender, PeerIdentity senderIdentity, Inbox<T> receiver, PeerIdentity receiverIdentity)
    {
        ObjectLane<T> lane = sender.OpenObjectLane();
        PinnedBlock memory = new(ReceiverPage.SizeFor(lane.Window));
        ReceiverPage* page = (ReceiverPage*)memory.Pointer;
        FullMode whenFull = receiver.WhenFull;
        ObjectReceiveLink<T>? receiving = null;
        SendLink<T>? sending = null;

        SendLink<T> Create()
        {
            // Under the sender's gate, so that nothing is sent between this and the link's being there.
            ulong start = sender.Admit(lane, whenFull, receiver.History);
            receiving = new ObjectReceiveLink<T>(
                lane.Ring,
                senderIdentity,
                memory,
                page,
                start,
                receiver.Channel.Capacity == 0,
                whenFull,
                shared: sender is BroadcastOutbox<T>,
                reused: receiver.Format.ReadsBytes,
                sender is BroadcastOutbox<T> && receiver.Format.HasBlobs ? receiver.Format : null)
            {
                History = (int)(lane.Sent - start),
                Bell = sender.NeverSleeps ? Bell.Silent : new InProcessBell(sender.WaitPoint),
                Closed = (_, reason) =>
                {
                    sender.Detach(sending!, reason, lost: sending!.IsBroken);
                    sender.Abandon(lane);
                },
            };
            sending = new SendLink<T>(lane, receiverIdentity, memory, page, start)
            {
                WhenFull = whenFull,
                Bell = receiver.NeverSleeps ? Bell.Silent : new InProcessBell(receiver.WaitPoint),
                Closed = (_, reason) => OnSenderClosed(reason),
                Revoke = position => receiver.Revoke(receiving, position),
            };
            return sending;
        }

        void OnSenderClosed(string reason)
        {
            if (sending!.IsBroken)
            {
                // What was not taken by now goes to others, or nowhere: it must not be taken here as well.
                receiver.Break(senderIdentity.SocketId, reason);
                return;
            }

            // In order, the end mark lies behind the last message; otherwise what is still whole is delivered before the loss is told.
            PeerLostException? error = reason.Length == 0 ? null : new PeerLostException(receiver.Channel.Name, senderIdentity.Describe(), reason);
            receiver.Lose(receiving!, error, reason);
        }

        if (!sender.Attach(Create, out _))
        {
            sender.Abandon(lane);
            return false;
        }

        if (!receiver.Attach(receiving!))
        {
            sender.Detach(sending!, "the receiver was closed", lost: false);
            sender.Abandon(lane);
            return false;
        }

        return true;
    }
}
