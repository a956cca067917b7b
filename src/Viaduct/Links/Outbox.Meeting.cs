namespace Viaduct.Links;

/// <content>Sends on a channel of capacity 0: each meets a receive.</content>
internal abstract partial class Outbox<T>
{
    /// <summary>A send of a channel of capacity 0 that is over, to be used again.</summary>
    private Rendezvous<T>? _spareMeeting;

    /// <summary>What of the messages and bytes that were put on lanes is of sends that have not met a receive: under way, or come to nothing. Under the gate.</summary>
    private (long Messages, long Bytes) _unmet;

    /// <summary>Publishes for a rendezvous, under the gate. False when nobody is there (or, unless it insists, nobody waits).</summary>
    internal abstract bool TryPublish(Rendezvous<T> meeting);

    /// <summary>Whether a published message can be asked back.</summary>
    internal virtual bool CanRevoke => true;

    /// <summary>Another receiver that has not yet taken the message which that one took.</summary>
    internal virtual SendLink<T>? FindUntaken(SendLink<T> after) => null;

    /// <summary>Whether another receiver than that one waits for a message (k = 0).</summary>
    internal bool IsWantedElsewhere(SendLink<T> link)
    {
        foreach (SendLink<T> other in Links)
        {
            if (other != link && other.IsWanted)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Counts a message that was published for a rendezvous as not yet sent. Under the gate.</summary>
    /// <param name="messages">1; 0 where it was published before, and came back.</param>
    /// <param name="bytes">Its bytes, which were counted again.</param>
    protected void NotePublished(int messages, int bytes)
    {
        _unmet.Messages += messages;
        _unmet.Bytes += bytes;
    }

    /// <summary>Counts it as sent: it was received, or may have been.</summary>
    internal void NoteMet(int bytes)
    {
        Gate.Enter();
        _unmet.Messages--;
        _unmet.Bytes -= bytes;
        Gate.Exit();
    }

    private (long Messages, long Bytes) CountMet()
    {
        Gate.Enter();
        (long Messages, long Bytes) met = ((long)Sequence - _unmet.Messages, BytesSent - _unmet.Bytes);
        Gate.Exit();
        return met;
    }

    private bool TryMeet(in T message, bool handOver) =>
        Meet(message, handOver, insists: false, TimeSpan.Zero, CancellationToken.None);

    private bool Meet(in T message, bool handOver, bool insists, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Rendezvous<T> meeting = RentMeeting(message, handOver, insists);
        try
        {
            WaitResult result = Block(ref meeting, timeout, cancellationToken);
            if (result != WaitResult.Done && meeting.IsPublished)
            {
                if (timeout == TimeSpan.Zero)
                {
                    Block(ref meeting, Rendezvous<T>.MeetingBound, CancellationToken.None);
                }

                meeting.Withdraw();
                if (Block(ref meeting, Rendezvous<T>.AnswerBound, CancellationToken.None) != WaitResult.Done)
                {
                    meeting.GiveUp();
                }
            }

            return meeting.Outcome() || Finish(result == WaitResult.Done ? WaitResult.TimedOut : result, cancellationToken);
        }
        finally
        {
            ReturnMeeting(meeting);
        }
    }

    private ValueTask MeetAsync(in T message, bool handOver, Loaned<T>? loan, uint ticket, CancellationToken cancellationToken)
    {
        Rendezvous<T> meeting = RentMeeting(message, handOver, insists: true);
        return BlockForNothingAsync(new MeetAttempt<T>(this, meeting, loan, ticket, cancellationToken), cancellationToken);
    }

    /// <summary>A send of a channel of capacity 0 begins.</summary>
    internal Rendezvous<T> RentMeeting(in T message, bool handOver, bool insists)
    {
        Rendezvous<T> meeting = Interlocked.Exchange(ref _spareMeeting, null) ?? new Rendezvous<T>(this);
        meeting.Begin(message, handOver, insists);
        return meeting;
    }

    /// <summary>A send of a channel of capacity 0 is over.</summary>
    internal void ReturnMeeting(Rendezvous<T> meeting)
    {
        // Keeps nothing alive.
        meeting.Begin(default!, handOver: false, insists: false);
        Volatile.Write(ref _spareMeeting, meeting);
    }
}
