using System.Threading.Tasks.Sources;
using Viaduct.Calls;

namespace Viaduct.Rpc;

/// <content>How whoever waits hears of an attempt's end: by a word where a thread waits, and as the source of a task where the call is awaited.</content>
public sealed partial class ServiceCall : IValueTaskSource
{
    private readonly Pending _pending;
    private ManualResetValueTaskSourceCore<bool> _source = new() { RunContinuationsAsynchronously = true };
    private int _done;

    /// <summary>Whether an attempt has ended, with an answer or without.</summary>
    private bool IsDone => Volatile.Read(ref _done) != 0;

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    private void End()
    {
        if (_awaited)
        {
            EndAwaiting();
        }
        else
        {
            // The last touch: a blocking caller gives this call back as soon as it sees it.
            Volatile.Write(ref _done, 1);
        }
    }

    /// <summary>What the socket knows of the call.</summary>
    private sealed class Pending(ServiceCall call) : PendingCall
    {
        /// <inheritdoc/>
        public override bool IsDone => call.IsDone;

        /// <inheritdoc/>
        public override bool IsAwaited => call._awaited;

        /// <inheritdoc/>
        public override bool MayWait => !call._bringsPromise;

        /// <inheritdoc/>
        public override bool MayRepeat => call._method.IsIdempotent && Target is null && !call._bringsPromise && call._given is null;

        /// <inheritdoc/>
        public override int Priority => call._flow?.Priority ?? 0;

        /// <inheritdoc/>
        public override long Deadline => call._deadline;

        /// <inheritdoc/>
        public override void OnTurn() => call.Seal(call._kind);

        /// <inheritdoc/>
        public override void OnAnswer(Frame answer)
        {
            call._answer = answer;
            call.End();
        }

        /// <inheritdoc/>
        public override void OnLost(Exception error, CallProgress progress)
        {
            call._lost = error;
            call._progress = progress;
            call.End();
        }
    }
}
