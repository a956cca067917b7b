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
            if (whenFull != FullMode.Wait)
            {
                sender.AllowOvertaking(lane);
            }

            // Both ends begin at the position that the lane has now, under the sender's gate.
            receiving = new ObjectReceiveLink<T>(
                lane.Ring,
                senderIdentity,
                memory,
                page,
                lane.Sent,
                receiver.Channel.Capacity == 0,
                overtakable: whenFull != FullMode.Wait,
                shared: sender is BroadcastOutbox<T>)
            {
                Bell = sender.NeverSleeps ? null : new InProcessBell(sender.WaitPoint),
                Closed = (_, reason) =>
                {
                    sender.Detach(sending!, reason, lost: false);
                    sender.Abandon(lane);
                },
            };
            sending = new SendLink<T>(lane, receiverIdentity, memory, page)
            {
                WhenFull = whenFull,
                Bell = receiver.NeverSleeps ? null : new InProcessBell(receiver.WaitPoint),
                Closed = (_, reason) => OnSenderClosed(reason),
                Revoke = position => receiver.Revoke(receiving, position),
            };
            return sending;
        }

        void OnSenderClosed(string reason)
        {
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
