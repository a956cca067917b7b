using Viaduct.Linux;
using Viaduct.Memory;

namespace Viaduct.Links;

/// <summary>
/// Several sockets that are waited for together. Its wait point observes those of all their mailboxes; a sleeper sleeps on the words
/// of all their links at once or, where these are too many, lets peers ring. Thread-safe.
/// </summary>
internal sealed class Selection(SelectOrder order, WaitMode mode) : WaitLoop(mode)
{
    /// <summary>Up to so many mailboxes a sleeper watches the words of their links.</summary>
    private const int WatchedMailboxes = 8;

    private readonly Lock _lock = new();
    private readonly bool _fair = order == SelectOrder.Fair;

    /// <summary>By index; null where one was removed. Replaced as a whole, under the lock.</summary>
    private ChannelSocket?[] _members = [];

    /// <summary>Those of the members. Replaced as a whole, under the lock.</summary>
    private Mailbox[] _mailboxes = [];

    /// <summary>Where the next search begins. A race over it costs a turn, nothing else.</summary>
    private int _turn;

    /// <summary>Waits under way, which count as waiting receives of each member (k = 0). Under the lock.</summary>
    private int _waits;

    private volatile bool _closed;

    /// <summary>Members, removed ones not counted.</summary>
    public int Count => Volatile.Read(ref _members).Count(static member => member is not null);

    /// <inheritdoc/>
    protected override int PauseAfter(int looks) => looks < BusyLooks ? 0 : 3;

    /// <inheritdoc/>
    protected override int FewLooks => 0;

    /// <inheritdoc/>
    protected override int MostWords => WatchedMailboxes * Mailbox.WatchedLinks;

    /// <summary>The socket of an index; null if there is none.</summary>
    public ChannelSocket? Find(int index) => Volatile.Read(ref _members) is var members && (uint)index < (uint)members.Length ? members[index] : null;

    /// <summary>Adds a socket under the lowest free index.</summary>
    public int Add(ChannelSocket socket)
    {
        int index;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(Selector));
            if (Array.IndexOf(_members, socket) >= 0)
            {
                throw new ArgumentException($"The {socket.Role} of '{socket.Channel.Name}' is in this selector already.", nameof(socket));
            }

            index = Array.IndexOf(_members, null);
            ChannelSocket?[] members = new ChannelSocket?[Math.Max(_members.Length, index < 0 ? _members.Length + 1 : 0)];
            _members.CopyTo(members, 0);
            index = index < 0 ? members.Length - 1 : index;
            members[index] = socket;
            Volatile.Write(ref _mailboxes, [.. _mailboxes, .. socket.ReadySources]);
            Volatile.Write(ref _members, members);
            WaitPoint.WatchesWords = _mailboxes.Length <= WatchedMailboxes;
            foreach (Mailbox mailbox in socket.ReadySources)
            {
                mailbox.WaitPoint.AddObserver(WaitPoint);
                Demand(mailbox, _waits);
            }
        }

        // Who waits now announces itself to the new one too.
        Wake();
        return index;
    }

    /// <summary>Takes a socket out. False if it is not in.</summary>
    public bool Remove(ChannelSocket socket)
    {
        lock (_lock)
        {
            int index = Array.IndexOf(_members, socket);
            if (index < 0)
            {
                return false;
            }

            ChannelSocket?[] members = [.. _members];
            members[index] = null;
            Volatile.Write(ref _members, members);
            Leave(socket);
        }

        Wake();
        return true;
    }

    /// <summary>Lets go of all sockets and ends all waits.</summary>
    public void Close()
    {
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            ChannelSocket?[] members = _members;
            Volatile.Write(ref _members, []);
            foreach (ChannelSocket? member in members)
            {
                if (member is not null)
                {
                    Leave(member);
                }
            }
        }

        Wake();
    }

    /// <summary>Looks which socket is ready now.</summary>
    /// <exception cref="ObjectDisposedException">The selector was disposed.</exception>
    public bool TryFind(out int index)
    {
        ChannelSocket?[] members = Volatile.Read(ref _members);
        int first = _fair && _turn < members.Length ? _turn : 0;
        for (int i = 0; i < members.Length; i++)
        {
            index = first + i;
            index -= index < members.Length ? 0 : members.Length;
            if (members[index] is { } member && member.IsReady())
            {
                _turn = index + 1;
                return true;
            }
        }

        index = -1;
        ObjectDisposedException.ThrowIf(_closed, typeof(Selector));
        return false;
    }

    /// <inheritdoc/>
    public override int Announce(FutexWords words)
    {
        int count = 0;
        bool watches = WaitPoint.WatchesWords && words.Length > 0;
        foreach (Mailbox mailbox in Volatile.Read(ref _mailboxes))
        {
            // Whoever joined after the question whether words are watched will wake us, and needs no word.
            bool fits = watches && words.Length - count > Mailbox.WatchedLinks;
            count += mailbox.Announce(fits ? words.After(count) : default);
        }

        // Store → load, also where there is no mailbox: we are counted in before we look. Pairs with the fence in Wake.
        Shared.Fence();
        return count;
    }

    /// <inheritdoc/>
    public override void Retract()
    {
        foreach (Mailbox mailbox in Volatile.Read(ref _mailboxes))
        {
            mailbox.Retract();
        }
    }

    /// <inheritdoc/>
    public override void BeginWait() => ChangeDemand(1);

    /// <inheritdoc/>
    public override void EndWait() => ChangeDemand(-1);

    private static void Demand(Mailbox mailbox, int waits)
    {
        for (; waits > 0; waits--)
        {
            mailbox.BeginWait();
        }

        for (; waits < 0; waits++)
        {
            mailbox.EndWait();
        }
    }

    private void ChangeDemand(int change)
    {
        lock (_lock)
        {
            _waits += change;
            foreach (Mailbox mailbox in _mailboxes)
            {
                Demand(mailbox, change);
            }
        }
    }

    private void Leave(ChannelSocket socket)
    {
        foreach (Mailbox mailbox in socket.ReadySources)
        {
            Volatile.Write(ref _mailboxes, Array.FindAll(_mailboxes, other => other != mailbox));
            mailbox.WaitPoint.RemoveObserver(WaitPoint);
            Demand(mailbox, -_waits);
            mailbox.Retract();
        }

        WaitPoint.WatchesWords = _mailboxes.Length <= WatchedMailboxes;
    }
}
