using System.Globalization;
using System.Text;
using Viaduct.Memory;

namespace Viaduct.Links;

/// <content>Noticing that a sender waits and nothing moves, which its receivers can't know: what they hold together may be what it may have out.</content>
internal abstract partial class Outbox<T>
{
    /// <summary>Milliseconds for which somebody has to wait, and nothing be consumed, until it is told.</summary>
    private const long StallBound = 5000;

    /// <summary>Waits for room, for memory or, at capacity 0, for a receive. Who waits for receivers to come is none of them.</summary>
    private int _waits;

    /// <summary>Somebody was refused room, or memory, since this was asked last.</summary>
    private volatile bool _refused;

    /// <summary>What had been sent and consumed when something moved last; with the next two only for <see cref="FindStall"/>.</summary>
    private ulong _moved;

    /// <summary>When that was seen, by <see cref="Environment.TickCount64"/>; 0 while nobody waits.</summary>
    private long _movedAt;

    /// <summary>It was told since nobody waited last.</summary>
    private bool _stallTold;

    /// <inheritdoc/>
    public override void BeginWait() => Interlocked.Increment(ref _waits);

    /// <inheritdoc/>
    public override void EndWait() => Interlocked.Decrement(ref _waits);

    /// <summary>
    /// Who holds what, where somebody has waited for room for long and no receiver consumed anything meanwhile; null otherwise, and while that was told already. Called now and
    /// then, by one thread.
    /// </summary>
    public string? FindStall(long now)
    {
        bool waits = !_completing && (Volatile.Read(ref _waits) > 0 || _refused);
        _refused = false;
        if (!waits)
        {
            _movedAt = 0;
            _stallTold = false;
            return null;
        }

        (PeerIdentity Receiver, ulong Held)[] holders;
        int loans;
        Gate.Enter();
        try
        {
            ulong moved = Sequence;
            ulong outstanding = 0;
            foreach (SendLink<T> link in Links)
            {
                Refresh(link);
                moved += link.Released;
                outstanding += link.Outstanding;
            }

            if (moved != _moved || _movedAt == 0 || outstanding == 0)
            {
                (_moved, _movedAt) = (moved, now);
                return null;
            }

            if (_stallTold || now - _movedAt < StallBound)
            {
                return null;
            }

            _stallTold = true;
            holders = Array.ConvertAll(Links, static link => (link.Peer, link.Outstanding));
            loans = _loans;
        }
        finally
        {
            Gate.Exit();
        }

        return DescribeStall((now - _movedAt) / 1000, holders, loans);
    }

    /// <summary>Written only where it changes: who spins looks again and again.</summary>
    private void NoteRefusal(bool refused)
    {
        if (refused && !_refused)
        {
            _refused = true;
        }
    }

    private string DescribeStall(long seconds, (PeerIdentity Receiver, ulong Held)[] holders, int loans)
    {
        long bytes;
        lock (_shares)
        {
            bytes = _shares.Sum(static share => share.Bytes);
        }

        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"The {Role} of '{Channel.Name}' waits for room, and no receiver has consumed anything for {seconds} s. ");
        text.Append(CultureInfo.InvariantCulture, $"Capacity {Channel.Capacity}; {bytes >> 20} of {ShareLimit >> 20} MiB are taken by large messages and loans");
        text.Append(CultureInfo.InvariantCulture, $"{(Channel.ByteCapacity > 0 ? $"; ByteCapacity {Channel.ByteCapacity}" : "")}{(loans > 0 ? $"; {loans} loans are neither sent nor disposed" : "")}.");
        foreach ((PeerIdentity receiver, ulong held) in holders)
        {
            text.Append(CultureInfo.InvariantCulture, $" Not consumed by {receiver.Describe()}: {held} messages.");
        }

        text.Append(" A lease that is never disposed is never consumed.");
        return text.ToString();
    }
}
