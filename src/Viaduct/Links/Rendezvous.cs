using System.Diagnostics;

namespace Viaduct.Links;

/// <summary>
/// One send on a channel of capacity 0: published to a receiver, it is over when that one has received it. Withdrawn after it
/// was published, it asks the receiver for the message back: nobody else may take it away (see shared memory's single writer).
/// Reused, so that sending allocates nothing.
/// </summary>
internal sealed class Rendezvous<T>(Outbox<T> outbox) : IAttempt
{
    private T _message = default!;

    /// <summary>How long a send that does not wait gives a waiting receiver to take the message.</summary>
    public static readonly TimeSpan MeetingBound = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a living receiver may take to answer whether it has the message.</summary>
    public static readonly TimeSpan AnswerBound = TimeSpan.FromSeconds(5);

    /// <summary>So much later a timer rings, that it is not early.</summary>
    private static readonly TimeSpan s_late = TimeSpan.FromMilliseconds(20);

    private SendLink<T>? _link;
    private ulong _position;
    private bool _withdrawn;
    private bool _asked;
    private bool _received;
    private bool _inDoubt;

    /// <summary>When a receiver that was asked is not waited for any longer; only of a send that is awaited.</summary>
    private long _answerEnd;

    /// <summary>The message.</summary>
    public ref readonly T Message => ref _message;

    /// <summary>Whether the object itself is given away.</summary>
    public bool HandOver { get; private set; }

    /// <summary>Whether it may be published before a receive waits for it.</summary>
    public bool Insists { get; private set; }

    /// <summary>The number of the message.</summary>
    public ulong Sequence { get; set; }

    /// <summary>The bytes that it had when it was published last; 0 where they are counted at once, as a publisher's are.</summary>
    public int Length { get; set; }

    /// <summary>Receivers that died with it, plus one.</summary>
    public int Attempt { get; private set; }

    /// <summary>Whether a receiver may have it.</summary>
    public bool IsPublished => _link is not null && !_received;

    /// <summary>Prepares for one send.</summary>
    public void Begin(in T message, bool handOver, bool insists)
    {
        _message = message;
        HandOver = handOver;
        Insists = insists;
        Sequence = 0;
        Length = 0;
        Attempt = 1;
        _link = null;
        _withdrawn = _asked = _received = _inDoubt = false;
    }

    /// <summary>Notes where it was published. Under the gate.</summary>
    public void Published(SendLink<T>? link, ulong position)
    {
        _link = link;
        _position = position;
        _asked = false;
    }

    /// <summary>Whether the receiver took it, as a publisher's subscribers do: nobody to wait for.</summary>
    public void ReceivedByAll() => _received = true;

    /// <summary>The sender no longer wants to wait.</summary>
    public void Withdraw() => _withdrawn = true;

    /// <summary>
    /// Tries. Cancelled, it ends; but once its message was published it is as after <see cref="Withdraw"/>, and from then on tried for at most <see cref="AnswerBound"/>. True
    /// when it is over.
    /// </summary>
    public bool TryOrWithdraw(bool isCanceled) => Try() || (isCanceled && (!IsPublished || TryToWithdraw()));

    private bool TryToWithdraw()
    {
        if (!_withdrawn)
        {
            Withdraw();
            _answerEnd = Deadline.EndOf(AnswerBound);
            Task.Delay(AnswerBound + s_late).ContinueWith(static (_, outbox) => ((Outbox<T>)outbox!).Wake(), outbox, TaskScheduler.Default);
            return Try();
        }

        if (Stopwatch.GetTimestamp() < _answerEnd)
        {
            return false;
        }

        GiveUp();
        return true;
    }

    /// <summary>The receiver did not answer.</summary>
    public void GiveUp() => _inDoubt = true;

    /// <summary>True: received. False: not sent. Asked once.</summary>
    /// <exception cref="DeliveryInDoubtException">Nobody can know.</exception>
    public bool Outcome()
    {
        if (_received || _inDoubt)
        {
            outbox.NoteMet(Length);
        }

        return _inDoubt
            ? throw new DeliveryInDoubtException(outbox.Channel.Name, Sequence, _link?.Peer.Describe(), "the receiver was lost or did not answer")
            : _received;
    }

    /// <inheritdoc/>
    public bool Try()
    {
        outbox.EnterGate();
        try
        {
            return TryUnderGate();
        }
        finally
        {
            outbox.ExitGate();
        }
    }

    private bool TryUnderGate()
    {
        if (_received || _inDoubt)
        {
            return true;
        }

        if (_link is null)
        {
            if (_withdrawn)
            {
                return true;
            }

            outbox.ThrowIfEnded();
            if (!outbox.TryPublish(this) || _received)
            {
                return _received;
            }
        }

        SendLink<T> link = _link!;
        bool taken = link.RefreshTaken() > _position;
        if (taken || !outbox.CanRevoke)
        {
            return OnTaken(link, taken || link.IsGone || _withdrawn);
        }

        if (link.IsGone)
        {
            return OnGone();
        }

        if (!_asked && (_withdrawn || (!link.IsStillWanted(_position) && (!Insists || outbox.IsWantedElsewhere(link)))))
        {
            _asked = true;
            link.Revoke!(_position);
        }

        return _asked && OnAnswer(link);
    }

    private bool OnTaken(SendLink<T> link, bool settled)
    {
        if (settled && !_withdrawn && outbox.FindUntaken(link) is { } next)
        {
            Published(next, next.Sent - 1);
            return false;
        }

        // A publisher's message that was published can't be asked back from all: it counts as sent.
        return _received = settled;
    }

    private bool OnAnswer(SendLink<T> link)
    {
        ulong answer = link.RevokeAnswer;
        if (answer >> 1 != _position + 1)
        {
            return false;
        }

        if ((answer & 1) == 0)
        {
            return _received = true;
        }

        // Given back: it goes to whoever waits, unless nobody is to have it any more.
        link.NoteGivenBack(_position);
        _link = null;
        _asked = false;
        return _withdrawn || !Insists || TryUnderGate();
    }

    private bool OnGone()
    {
        if (_withdrawn)
        {
            // It may have been received in the receiver's last moment; only a live one could tell.
            return _inDoubt = true;
        }

        // At once to another: whoever waits may have said so before this one went, and will not say so again.
        _link = null;
        Attempt++;
        return !Insists || TryUnderGate();
    }
}
