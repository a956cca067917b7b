using System.Threading.Channels;
using Viaduct.Links;

namespace Viaduct;

/// <summary>See <see cref="SocketAdapters.AsChannelWriter"/>.</summary>
internal sealed class SenderChannelWriter<T>(Sender<T> sender, bool handOver) : ChannelWriter<T>
{
    private int _completed;

    /// <inheritdoc/>
    public override bool TryWrite(T item)
    {
        try
        {
            return !sender.Outbox.IsCompleting && sender.Outbox.TrySend(item, handOver);
        }
        catch (Exception error) when (IsEnd(error))
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public override ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken = default) => cancellationToken.IsCancellationRequested
        ? ValueTask.FromCanceled<bool>(cancellationToken)
        : sender.Outbox.BlockAsync<WaitAttempt, bool>(new WaitAttempt(sender), cancellationToken);

    /// <inheritdoc/>
    public override ValueTask WriteAsync(T item, CancellationToken cancellationToken = default) => cancellationToken.IsCancellationRequested
        ? ValueTask.FromCanceled(cancellationToken)
        : sender.Outbox.BlockForNothingAsync(new WriteAttempt(sender.Outbox, item, handOver, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public override bool TryComplete(Exception? error = null)
    {
        if (sender.Outbox.IsCompleting || Interlocked.Exchange(ref _completed, 1) != 0)
        {
            return false;
        }

        if (error is null)
        {
            sender.Complete();
        }
        else
        {
            sender.Outbox.Fail(error.Message);
        }

        return true;
    }

    private static bool IsEnd(Exception error) => error is ChannelCompletedException or ObjectDisposedException;

    /// <summary>Waits until there is room (true) or the end.</summary>
    private readonly struct WaitAttempt(Sender<T> sender) : IAttempt<bool>
    {
        /// <inheritdoc/>
        public bool Try() => sender.IsReady();

        /// <inheritdoc/>
        public bool Finish(WaitResult result, CancellationToken cancellationToken) =>
            result != WaitResult.Canceled ? !sender.Outbox.IsCompleting : throw new OperationCanceledException(cancellationToken);
    }

    /// <summary>Writes, and tells of the end as channels do.</summary>
    private struct WriteAttempt(Outbox<T> outbox, T item, bool handOver, CancellationToken token) : IAttempt<bool>
    {
        private SendStep<T> _step;
        private bool _sent;

        /// <inheritdoc/>
        static bool IAttempt.OutlivesCancellation => true;

        /// <inheritdoc/>
        public bool Try()
        {
            try
            {
                bool? sent = _step.Try(outbox, item, handOver, token.IsCancellationRequested);
                _sent = sent == true;
                return sent is not null;
            }
            catch (Exception error) when (IsEnd(error))
            {
                throw new ChannelClosedException(error);
            }
        }

        /// <inheritdoc/>
        public readonly bool Finish(WaitResult result, CancellationToken cancellationToken) => _sent ? true : throw new OperationCanceledException(cancellationToken);
    }
}
