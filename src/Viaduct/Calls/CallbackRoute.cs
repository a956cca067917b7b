using Viaduct.Links;

namespace Viaduct.Calls;

/// <summary>The way from a callee back to one of its callers, for calls of what that passed along.</summary>
internal sealed class CallbackRoute(CalleeSocket socket, SendLink<Frame> link) : CallRoute(socket.Replies, Capacity)
{
    /// <summary>Calls that may be under way to one caller.</summary>
    public const int Capacity = 256;

    /// <summary>How long a thread that has both to wait for looks at one of them.</summary>
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(1);

    /// <summary>Set on threads that carry out calls: while they wait nobody else may be there to take answers.</summary>
    [ThreadStatic]
    private static CalleeSocket? t_serves;

    /// <summary>What ended the calls here; null until then. Under the gate.</summary>
    private Exception? _end;

    /// <summary>The link to that caller.</summary>
    public SendLink<Frame> Link { get; } = link;

    /// <summary>This thread carries out the calls of a socket from now on.</summary>
    public static void ServeOnThisThread(CalleeSocket callee) => t_serves = callee;

    /// <summary>Ends all calls here, and lets none begin any more: a method may keep a way that nobody finds, and would end a second time.</summary>
    /// <param name="error">What their callers get.</param>
    public void End(Exception error)
    {
        Outbox.EnterGate();
        _end ??= error;
        Outbox.ExitGate();
        EndAll(null, error, isFinal: false);
    }

    /// <inheritdoc/>
    public override WaitResult Await(PendingCall call, TimeSpan timeout, CancellationToken cancellationToken)
    {
        AnswerAttempt attempt = new(this, call);

        // Where its answers come if this thread has to take them, and otherwise where who takes them wakes.
        if (t_serves == socket)
        {
            return socket.Requests.Block(ref attempt, timeout, cancellationToken);
        }

        socket.AnswerAwaited?.Invoke();
        return socket.Replies.Block(ref attempt, timeout, cancellationToken);
    }

    /// <inheritdoc/>
    public override void WakeAll()
    {
        socket.Requests.Wake();
        socket.Replies.Wake();
    }

    /// <inheritdoc/>
    public override void TakeAnswers(PendingCall? mine)
    {
        if (t_serves == socket)
        {
            socket.TakeAnswers();
        }
    }

    /// <inheritdoc/>
    /// <remarks>A thread of the service is woken for answers, which free places, where calls come in, and for room where its own go out.</remarks>
    protected override WaitResult BeginSlowly(BeginAttempt attempt, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (t_serves != socket)
        {
            return base.BeginSlowly(attempt, timeout, cancellationToken);
        }

        Deadline deadline = new(timeout);
        while (true)
        {
            TimeSpan remaining = deadline.Remaining;
            TimeSpan look = remaining >= TimeSpan.Zero && remaining < s_look ? remaining : s_look;
            WaitResult result = (HasPlace ? (Mailbox)socket.Replies : socket.Requests).Block(ref attempt, look, cancellationToken);
            if (result != WaitResult.TimedOut || remaining == TimeSpan.Zero)
            {
                return result;
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>The threads of the service take the answers, unless methods keep them.</remarks>
    protected override void OnAwaited() => socket.AnswerAwaited?.Invoke();

    /// <inheritdoc/>
    protected override void OnLate(Guid callee, Frame answer) => socket.Late?.Invoke(this, Link, answer);

    /// <inheritdoc/>
    protected override void Replace(SendLink<Frame> receiver, Frame answer, Exception error) => socket.Replace?.Invoke(receiver, answer, error);

    /// <inheritdoc/>
    protected override void Report(Exception error) => socket.Node.RaiseFailed(socket, error);

    /// <inheritdoc/>
    protected override bool TryPutUnderGate(SendLink<Frame>? target, Frame frame)
    {
        if (_end is not null && (CallFrame.IsAnswered(frame) || CallFrame.IsUnanswered(frame, out _)))
        {
            throw _end is PeerLostException lost
                ? new PeerLostException(lost.Channel, lost.Peer, lost.Reason, CallProgress.NotStarted, lost.InnerException)
                : Disposed.Of(_end.Message);
        }

        bool put = base.TryPutUnderGate(target ?? Link, frame);
        if (put && CallFrame.TryRead(frame, out byte kind, out _) && CallFrame.IsAnswer(kind))
        {
            // One that found no room at first.
            socket.Replies.CountReply();
        }

        return put;
    }

    private readonly ref struct AnswerAttempt(CallbackRoute route, PendingCall call) : IAttempt
    {
        /// <inheritdoc/>
        public bool Try()
        {
            if (!call.IsDone)
            {
                route.TakeAnswers(call);
            }

            return call.IsDone;
        }
    }
}
