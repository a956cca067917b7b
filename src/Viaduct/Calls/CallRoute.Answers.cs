namespace Viaduct.Calls;

/// <content>How answers come to their calls: each alone, or many together that were taken so.</content>
internal abstract partial class CallRoute
{
    /// <summary>Hands an answer to the call that it names, and returns that, if it is under way.</summary>
    public PendingCall? Deliver(Guid callee, Frame answer)
    {
        Frame? frame = answer;
        PendingCall? call = null;
        Take(new ReadOnlySpan<Frame?>(in frame), new Span<PendingCall?>(ref call), callee);
        try
        {
            if (call is null)
            {
                // The late answer of a call that nobody waits for, or one that nobody asked for.
                OnLate(callee, answer);
                answer.Return();
            }
            else
            {
                call.OnAnswer(answer);
            }
        }
        catch (Exception error)
        {
            // Who takes it goes on with those that come next.
            Report(error);
        }

        return call;
    }

    /// <summary>As <see cref="Deliver(Guid, Frame)"/>, of many answers of one callee.</summary>
    /// <param name="frames">The answers; afterwards frames for the next ones, or none.</param>
    /// <param name="calls">Room for as many calls; all empty, and so it is left.</param>
    /// <param name="callee">Who gave them.</param>
    /// <returns>Whether there was one for which a thread may wait.</returns>
    public bool Deliver(Span<Frame?> frames, Span<PendingCall?> calls, Guid callee)
    {
        Take(frames, calls, callee);
        bool mayBeWaitedFor = false;
        int next = 0;
        while (next < frames.Length)
        {
            try
            {
                HandOver(frames, calls, callee, ref next, ref mayBeWaitedFor);
            }
            catch (Exception error)
            {
                // One answer's fault, of which those behind it know nothing.
                Report(error);
            }
        }

        return mayBeWaitedFor;
    }

    /// <summary>Takes calls out whose answers have come, and hands out those that wait for their turn.</summary>
    /// <param name="answers">The answers.</param>
    /// <param name="calls">Room for as many calls; none where nobody waits any more.</param>
    /// <param name="callee">Who gave them.</param>
    private void Take(ReadOnlySpan<Frame?> answers, Span<PendingCall?> calls, Guid callee)
    {
        bool wasFull;
        bool lacksRoom = false;
        List<(PendingCall Call, Exception Error)>? failed = null;
        Outbox.EnterGate();
        try
        {
            wasFull = _calls.IsFull;
            for (int i = 0; i < answers.Length; i++)
            {
                CallFrame.TryRead(answers[i]!, out byte kind, out uint id);
                calls[i] = _calls.Take(id, callee);
                if (CallFrame.GivesBack(kind))
                {
                    NoteGivenBack(callee);
                }
            }

            if (_line is { Count: > 0 })
            {
                lacksRoom = HandOutUnderGate(ref failed);
            }
        }
        finally
        {
            Outbox.ExitGate();
        }

        if (wasFull)
        {
            Outbox.Wake();
        }

        if (lacksRoom || failed is not null)
        {
            AfterHandOut(failed, lacksRoom);
        }
    }

    /// <summary>Hands answers to their calls.</summary>
    /// <param name="frames">As above.</param>
    /// <param name="calls">The calls; each is forgotten before it is told.</param>
    /// <param name="callee">As above.</param>
    /// <param name="next">The answer to begin with; then the one behind the last that was handed over, or that failed.</param>
    /// <param name="mayBeWaitedFor">Becomes true where there is one for which a thread may wait.</param>
    private void HandOver(Span<Frame?> frames, Span<PendingCall?> calls, Guid callee, ref int next, ref bool mayBeWaitedFor)
    {
        while (next < frames.Length)
        {
            int i = next++;
            Frame answer = frames[i]!;
            if (calls[i] is not { } call)
            {
                // Its frame is used again only where that did not fail.
                frames[i] = null;
                OnLate(callee, answer);
                answer.Clear();
                frames[i] = answer;
                continue;
            }

            // Its frame for the one that it gets, so that neither is looked for in a pool.
            if (call.IsAwaited)
            {
                frames[i] = call.Ready;
                call.Ready = null;
            }
            else
            {
                frames[i] = null;
                mayBeWaitedFor = true;
            }

            calls[i] = null;
            call.OnAnswer(answer);
        }
    }

    /// <summary>Who gives a call back is about to end: it is not to get the same one again, nor any other. Under the gate.</summary>
    private void NoteGivenBack(Guid callee)
    {
        if (Outbox.FindLink(callee) is { } ending)
        {
            ending.IsEnding = true;
        }
    }
}
