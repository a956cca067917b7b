using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Viaduct.Links;
using Viaduct.Memory;

namespace Viaduct.Calls;

/// <content>Calls that come before an answer which a thread waits for: they are taken, and wait until a thread is free. Once none will be they go back at once.</content>
internal sealed partial class CalleeSocket
{
    /// <summary>The most calls that are taken while a thread waits for the answer to one of its own.</summary>
    private const int MostPostponed = 65536;

    /// <summary>Calls that came while their thread waited for the answer to one of its own.</summary>
    private readonly ConcurrentQueue<Postponed> _postponed = new();

    /// <summary>How many; looked at before each call is taken, so it is a word.</summary>
    private int _postponedCount;

    /// <summary>Those that don't go back when the others do, since they have no answer or belong to a call that goes on here: carried out by who drains, or given up.</summary>
    private readonly ConcurrentQueue<Postponed> _left = new();

    /// <summary>Held by who gives calls back, so that what is left keeps its order, and by who takes one that was postponed.</summary>
    private readonly Lock _backGate = new();

    /// <summary>Held from the taking of a call to where it is postponed, so that calls keep their order when two threads wait for answers: one of the service's, and one that drains it.</summary>
    private Gate _takeGate = new();

    private readonly Lock _tellGate = new();

    /// <summary>Calls without an answer that were taken and will not be carried out; written by interlocked operations.</summary>
    private long _givenUp;

    /// <summary>How many of them were told. Guarded by <see cref="_tellGate"/>.</summary>
    private long _told;

    /// <summary>1 once calls go back: whatever is postponed later goes at once. Set before the queue is emptied, and looked at after something was put there.</summary>
    private int _givesBack;

    /// <summary>1 once what is left is given up; likewise.</summary>
    private int _givesUp;

    /// <summary>
    /// Tries to heed a frame that comes while calls are left for later, if it is the wish to cancel a call under way: that one may end only by this, and keep its thread until then.
    /// The frame stays the socket's. Called while an answer is waited for, and when calls go back; under a gate, so it must not wait.
    /// </summary>
    public Func<PeerIdentity, Frame, bool>? Heeds { get; init; }

    /// <summary>
    /// Whether a frame asks for more of a call that goes on here, and so does not go back where the others do. The frame stays the socket's. Called on any thread, which it must not keep.
    /// </summary>
    public Func<PeerIdentity, Frame, bool>? GoesOn { get; init; }

    /// <summary>
    /// An answer to a call of our own is waited for, and not by a thread that carries out calls and takes it itself. Called on any thread, which it must not keep. Set before any call.
    /// </summary>
    public Action? AnswerAwaited { get; set; }

    /// <summary>Hears of a call that goes back to who made it. The frame stays the socket's. Called on any thread, which it must not keep.</summary>
    public Action<PeerIdentity, Frame>? Returning { get; init; }

    /// <summary>
    /// Nobody begins calls any more: those that were taken go back to who made them, and so do those that will be while an answer is waited for. What does not go back, since it has no
    /// answer or belongs to a call that goes on, is left: see <see cref="TryTakeLeft"/>. Nothing is received from now on, but by who looked whether it may be before.
    /// </summary>
    public void GiveBackCalls()
    {
        // Whoever does not see this has its frame in the queue by now.
        Interlocked.Exchange(ref _givesBack, 1);
        GiveBackPostponed();
    }

    /// <summary>Takes a frame that does not go back.</summary>
    public bool TryTakeLeft([NotNullWhen(true)] out Frame? frame, [NotNullWhen(true)] out PeerIdentity? client)
    {
        if (_left.TryDequeue(out Postponed? left))
        {
            (frame, client) = left;
            return true;
        }

        (frame, client) = (null, null);
        return false;
    }

    /// <summary>A call without an answer will not be carried out. What nobody waits for is missed by nobody: so it is told, at the latest when the socket is closed.</summary>
    public void GiveUp()
    {
        Interlocked.Increment(ref _givenUp);
        if (Volatile.Read(ref _givesUp) != 0)
        {
            TellGivenUp();
        }
    }

    /// <summary>
    /// Waits for answers to calls of our own, and takes them, where nobody begins calls any more. As long as there are no such calls, what callers send stays where it is: they know
    /// then that it was not begun, also of what has no answer and can't go back.
    /// </summary>
    /// <param name="time">How long to wait.</param>
    /// <param name="hears">Whether what callers send is taken in any case: one may wish to cancel a call, or ask for more of one.</param>
    /// <param name="untilLeft">Whether the wait ends as soon as something is left.</param>
    /// <returns>False where too many calls came that can't go back, and an answer to one of our own may be behind them.</returns>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public bool AwaitAnswers(TimeSpan time, bool hears, bool untilLeft)
    {
        AnswersAttempt attempt = new(this, hears, untilLeft);
        return Requests.Block(ref attempt, time, CancellationToken.None) != WaitResult.Done || !IsFull || !HasCallsOut();
    }

    /// <summary>
    /// Takes answers in the place of the threads that carry out calls, while methods keep them all: one may wait for something that awaits an answer. Calls that come before that wait until a thread is
    /// free, in their order. Any other thread.
    /// </summary>
    /// <param name="areKept">Whether methods keep all of those threads. Asked before each frame.</param>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public void TakeAnswersFor(Func<bool> areKept)
    {
        lock (_backGate)
        {
            // A thread that is free from here on looks for what was left for later before it takes anything, and so waits until this is over.
            Interlocked.Increment(ref _postponedCount);
            try
            {
                // Pairs with the look in TryTake, which has no fence: a thread either is seen to be free, or sees the count.
                Shared.Barrier(BarrierScope.Process);
                if (!IsFull)
                {
                    TryTakeAnswers(areKept);
                }
            }
            finally
            {
                Interlocked.Decrement(ref _postponedCount);
            }
        }
    }

    /// <summary>Takes answers, on a thread that carries out calls itself: calls wait for it, or for another one, to be free.</summary>
    /// <exception cref="InvalidOperationException">Too many calls came before the answer.</exception>
    internal void TakeAnswers()
    {
        if (!TryTakeAnswers())
        {
            // Whoever calls and awaits answers has places for them, and never so many.
            throw new InvalidOperationException(
                $"Service '{Channel.Name}': {MostPostponed} calls came while one waited for what it had called itself, whose answer may be behind them.");
        }
    }

    /// <summary>Takes answers, and postpones the calls before them; false where too many were.</summary>
    /// <param name="goesOn">Asked before each frame; null = as long as there are some.</param>
    private bool TryTakeAnswers(Func<bool>? goesOn = null)
    {
        bool postponed = false;
        bool isFull = false;
        while (!isFull && goesOn?.Invoke() != false && TryTakeAside(out Frame? answer, out PeerIdentity? client, out bool isPostponed))
        {
            if (answer is not null)
            {
                TryDeliver(answer, client);
            }

            if (!isPostponed)
            {
                continue;
            }

            // Each as soon as it is there: the socket may be closed before the next one.
            postponed = true;
            if (Volatile.Read(ref _givesBack) != 0)
            {
                GiveBackPostponed();
            }

            isFull = IsFull;
        }

        if (postponed)
        {
            Requests.Wake();
        }

        return !isFull;
    }

    /// <summary>Takes the next frame; one that is no answer is heeded, or postponed.</summary>
    /// <param name="answer">An answer, for the taker to deliver; null where it was none.</param>
    /// <param name="client">Who sent it.</param>
    /// <param name="isPostponed">Whether it was postponed.</param>
    private bool TryTakeAside(out Frame? answer, [NotNullWhen(true)] out PeerIdentity? client, out bool isPostponed)
    {
        Frame? none = null;
        (answer, isPostponed) = (null, false);
        _takeGate.Enter();
        try
        {
            if (!TryTakeAny(ref none, out Frame frame, out client))
            {
                return false;
            }

            if (!IsOfCaller(frame))
            {
                answer = frame;
            }
            else if (Heeds?.Invoke(client, frame) == true)
            {
                frame.Return();
            }
            else
            {
                _postponed.Enqueue(new Postponed(frame, client));
                Interlocked.Increment(ref _postponedCount);
                isPostponed = true;
            }

            return true;
        }
        finally
        {
            _takeGate.Exit();
        }
    }

    /// <summary>Takes a call that was left for later, unless those go back: one that came behind another which is left would be carried out before that.</summary>
    private bool TryTakePostponed([NotNullWhen(true)] out Frame? frame, [NotNullWhen(true)] out PeerIdentity? client)
    {
        if (Volatile.Read(ref _givesBack) == 0)
        {
            lock (_backGate)
            {
                if (Volatile.Read(ref _givesBack) == 0 && _postponed.TryDequeue(out Postponed? postponed))
                {
                    Interlocked.Decrement(ref _postponedCount);
                    (frame, client) = postponed;
                    return true;
                }
            }
        }

        (frame, client) = (null, null);
        return false;
    }

    /// <summary>
    /// Called after the word for it was set, and after something was postponed, each by an interlocked operation: so either who postpones sees the word, or who sets it what was postponed.
    /// </summary>
    private void GiveBackPostponed()
    {
        lock (_backGate)
        {
            while (_postponed.TryDequeue(out Postponed? postponed))
            {
                Interlocked.Decrement(ref _postponedCount);
                if (CallFrame.IsAnswered(postponed.Frame) && GoesOn?.Invoke(postponed.Client, postponed.Frame) != true)
                {
                    GiveBack(postponed);
                }
                else if (Heeds?.Invoke(postponed.Client, postponed.Frame) == true)
                {
                    // It came before nobody began calls any more.
                    postponed.Frame.Return();
                }
                else
                {
                    _left.Enqueue(postponed);
                }
            }
        }

        if (Volatile.Read(ref _givesUp) != 0)
        {
            GiveUpLeft();
        }
    }

    /// <summary>What is left is not carried out any more, and what will be goes at once: back, where somebody waits for an answer.</summary>
    public void GiveUpLeft()
    {
        Interlocked.Exchange(ref _givesUp, 1);
        while (_left.TryDequeue(out Postponed? left))
        {
            if (CallFrame.IsAnswered(left.Frame))
            {
                GiveBack(left);
                continue;
            }

            if (CallFrame.IsUnanswered(left.Frame, out _))
            {
                Interlocked.Increment(ref _givenUp);
            }

            left.Frame.Return();
        }

        TellGivenUp();
    }

    private void TellGivenUp()
    {
        long count;
        lock (_tellGate)
        {
            long givenUp = Interlocked.Read(ref _givenUp);
            count = givenUp - _told;
            _told = givenUp;
        }

        if (count > 0)
        {
            Node.RaiseUnbegun(this, count);
        }
    }

    /// <summary>Tells a caller that its call was not begun, and will not be.</summary>
    private void GiveBack(Postponed unbegun)
    {
        Returning?.Invoke(unbegun.Client, unbegun.Frame);
        CallFrame.TryRead(unbegun.Frame, out _, out uint id);
        Frame answer = CallFrame.GiveBack();
        Answer(unbegun.Client.SocketId, id, answer);
        answer.Return();
        unbegun.Frame.Return();
    }

    private bool IsFull => Volatile.Read(ref _postponedCount) + _left.Count > MostPostponed;

    /// <summary>Whether calls of our own are under way.</summary>
    public bool HasCallsOut()
    {
        lock (_routes)
        {
            // Asked at every look of a wait: nothing is allocated.
            foreach (CallbackRoute route in _routes.Values)
            {
                if (route.Count > 0)
                {
                    return true;
                }
            }

            return false;
        }
    }

    private sealed record Postponed(Frame Frame, PeerIdentity Client);

    /// <summary>Comes to an end only where too many calls came before an answer, or something is left where that is to end it.</summary>
    private readonly ref struct AnswersAttempt(CalleeSocket socket, bool hears, bool untilLeft) : IAttempt
    {
        /// <inheritdoc/>
        public bool Try() => (((hears && !socket.IsFull) || socket.HasCallsOut()) && !socket.TryTakeAnswers() && socket.HasCallsOut()) || (untilLeft && !socket._left.IsEmpty);
    }
}
