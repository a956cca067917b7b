using System.Diagnostics.CodeAnalysis;
using Viaduct.Links;

namespace Viaduct.Calls;

/// <content>Frames that are posted: nobody waits until there is room for them, and they go in the order in which they were posted.</content>
internal abstract partial class CallRoute
{
    /// <summary>The most frames other than answers that may wait for one receiver, which can't be handed more streams and objects either.</summary>
    private const int MostOthers = 65536;

    /// <summary>The most answers that may wait: who makes calls keeps a place for each until its answer is there.</summary>
    private int MostAnswers => Math.Max(Outbox.Channel.Capacity, CallbackRoute.Capacity);

    /// <summary>What waits for room, by its receiver; there is a loop that sends it. Under the gate.</summary>
    private readonly Dictionary<SendLink<Frame>, PostQueue> _posted = [];

    /// <summary>
    /// Sends a frame as soon as there is room, and gives the frame back; if its receiver is gone, only that. A receiver for whom too much waits is one that never reads:
    /// the link to it is ended.
    /// </summary>
    /// <exception cref="MessageTooLargeException">It is larger than messages may be.</exception>
    public void Post(SendLink<Frame> target, Frame frame)
    {
        PostQueue? begun = null;
        bool isKept = false;
        try
        {
            if (frame.FullLength > Outbox.Channel.MaxMessageSize)
            {
                throw MessageTooLargeException.Of(Outbox.Channel, frame.FullLength);
            }

            Outbox.EnterGate();
            try
            {
                if (_posted.TryGetValue(target, out PostQueue? queue))
                {
                    isKept = queue.TryAdd(frame, MostAnswers);
                }
                else if (TryPutUnderGate(target, frame))
                {
                    return;
                }
                else
                {
                    begun = new PostQueue();
                    isKept = begun.TryAdd(frame, MostAnswers);
                    _posted.Add(target, begun);
                }
            }
            finally
            {
                Outbox.ExitGate();
            }

            if (!isKept)
            {
                Outbox.Break(
                    target.Peer.SocketId,
                    PostQueue.IsAnswer(frame)
                        ? $"The peer takes no answers, and {MostAnswers} wait for it: more than it may have calls."
                        : $"The peer takes nothing, and {MostOthers} notices and calls of its objects wait for it.");
            }
        }
        catch (Exception error) when (error is PeerLostException or ChannelMismatchException or ObjectDisposedException)
        {
            // Nobody is there to whom it would mean something.
        }
        finally
        {
            if (!isKept)
            {
                frame.Return();
            }
        }

        if (begun is not null)
        {
            _ = SendPostedAsync(new PostedAttempt(this, target, begun));
        }
    }

    /// <summary>Waits until what was posted so far has gone out, or cannot any more.</summary>
    public void AwaitPosted(TimeSpan timeout)
    {
        Task[] ends;
        Outbox.EnterGate();
        try
        {
            ends = [.. _posted.Values.Select(static queue => queue.Ended.Task)];
        }
        finally
        {
            Outbox.ExitGate();
        }

        Task.WaitAll(ends, timeout);
    }

    private async Task SendPostedAsync(PostedAttempt attempt)
    {
        try
        {
            await Outbox.BlockAsync(attempt, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // As in Post: nobody is there any more.
            attempt.GiveUp();
        }
    }

    /// <summary>Sends what waits for a receiver, as far as there is room.</summary>
    private sealed class PostedAttempt(CallRoute route, SendLink<Frame> target, PostQueue queue) : IAttempt
    {
        /// <inheritdoc/>
        public bool Try()
        {
            route.Outbox.EnterGate();
            try
            {
                while (queue.TryPeek(out Frame? frame))
                {
                    try
                    {
                        if (!route.TryPutUnderGate(target, frame))
                        {
                            return false;
                        }
                    }
                    catch (Exception error) when (!target.IsGone && error is not ObjectDisposedException)
                    {
                        // It can't be sent (its blobs are gone, or with them it is too large). Those behind it can; and who waits for an answer is to hear why there is none.
                        if (queue.MayReplace(frame))
                        {
                            route.Replace(target, frame, error);
                            continue;
                        }
                    }

                    queue.Remove();
                    frame.Return();
                }

                End();
                return true;
            }
            finally
            {
                route.Outbox.ExitGate();
            }
        }

        /// <summary>The receiver is gone.</summary>
        public void GiveUp()
        {
            route.Outbox.EnterGate();
            try
            {
                queue.Clear();
                End();
            }
            finally
            {
                route.Outbox.ExitGate();
            }
        }

        /// <summary>What is posted from now on begins anew. Under the gate.</summary>
        private void End()
        {
            if (route._posted.TryGetValue(target, out PostQueue? current) && current == queue)
            {
                route._posted.Remove(target);
            }

            queue.Ended.TrySetResult();
        }
    }

    /// <summary>Frames for one receiver. Under the gate.</summary>
    private sealed class PostQueue
    {
        private readonly Queue<Frame> _frames = [];
        private int _answers;

        /// <summary>Completes when nothing of it waits any more, and nothing will.</summary>
        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>The answer that stands in for one which could not be sent. There is no other for that.</summary>
        private Frame? _replaced;

        /// <summary>Adds a frame, unless too many wait.</summary>
        /// <param name="frame">The frame.</param>
        /// <param name="mostAnswers">How many answers may wait.</param>
        public bool TryAdd(Frame frame, int mostAnswers)
        {
            bool isAnswer = IsAnswer(frame);
            if (isAnswer ? _answers >= mostAnswers : _frames.Count - _answers >= MostOthers)
            {
                return false;
            }

            _answers += isAnswer ? 1 : 0;
            _frames.Enqueue(frame);
            return true;
        }

        /// <summary>The next.</summary>
        public bool TryPeek([NotNullWhen(true)] out Frame? frame) => _frames.TryPeek(out frame);

        /// <summary>Takes it out.</summary>
        public void Remove()
        {
            _answers -= IsAnswer(_frames.Dequeue()) ? 1 : 0;
            _replaced = null;
        }

        /// <summary>Gives all back.</summary>
        public void Clear()
        {
            while (_frames.TryDequeue(out Frame? frame))
            {
                frame.Return();
            }
        }

        /// <summary>Whether a frame is an answer that can't be sent, and did not take the place of such a one itself.</summary>
        public bool MayReplace(Frame frame)
        {
            bool may = IsAnswer(frame) && frame != _replaced;
            _replaced = frame;
            return may;
        }

        /// <summary>Whether a frame answers a call.</summary>
        public static bool IsAnswer(Frame frame) => CallFrame.TryRead(frame, out byte kind, out _) && CallFrame.IsAnswer(kind);
    }
}
