using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Viaduct.Links;

namespace Viaduct;

/// <summary>See <see cref="SocketAdapters.AsChannelWriter"/>.</summary>
internal sealed class SenderChannelWriter<T>(Sender<T> sender, bool handOver) : ChannelWriter<T>
{
    private readonly ReadyAttempt _ready = new(sender);
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
    public override ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<bool>(cancellationToken);
        }

        return sender.Outbox.IsCompleting ? new ValueTask<bool>(false) : WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask WriteAsync(T item, CancellationToken cancellationToken = default)
    {
        try
        {
            await sender.Outbox.SendAsync(item, handOver, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (IsEnd(error))
        {
            throw new ChannelClosedException(error);
        }
    }

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

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> WaitAsync(CancellationToken cancellationToken) =>
        await sender.Outbox.BlockAsync(_ready, cancellationToken).ConfigureAwait(false) == WaitResult.Canceled
            ? throw new OperationCanceledException(cancellationToken)
            : !sender.Outbox.IsCompleting;
}
