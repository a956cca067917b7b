using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Viaduct.Links;

namespace Viaduct;

/// <summary>See <see cref="SocketAdapters.AsChannelReader"/>.</summary>
internal sealed class ReceiverChannelReader<T>(Receiver<T> receiver) : ChannelReader<T>
{
    private readonly ReadyAttempt _ready = new(receiver);
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>1 once somebody asked for the completion.</summary>
    private int _watched;

    /// <summary>Why it ended; null while it has not, or if it ended in order.</summary>
    private volatile Exception? _error;

    /// <summary>Ends also when nobody reads any more, which costs a look at each message while somebody does.</summary>
    public override Task Completion
    {
        get
        {
            if (!IsOver && Interlocked.Exchange(ref _watched, 1) == 0)
            {
                _ = WatchAsync();
            }

            return _completion.Task;
        }
    }

    private bool IsOver => _completion.Task.IsCompleted;

    /// <inheritdoc/>
    public override bool TryRead([MaybeNullWhen(false)] out T item)
    {
        item = default;
        if (IsOver)
        {
            return false;
        }

        try
        {
            if (receiver.TryReceive(out item))
            {
                if (Volatile.Read(ref _watched) != 0)
                {
                    TryEnd();
                }

                return true;
            }

            TryEnd();
        }
        catch (Exception error) when (error is ViaductException or ObjectDisposedException)
        {
            End(error);
        }

        return false;
    }

    /// <inheritdoc/>
    public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<bool>(cancellationToken);
        }

        return IsOver ? Over() : WaitOrThrowAsync(cancellationToken);
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<T> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryRead(out T? item))
            {
                return item;
            }

            if (IsOver || !await WaitAsync(cancellationToken).ConfigureAwait(false))
            {
                throw new ChannelClosedException(_error);
            }
        }
    }

    private ValueTask<bool> Over() => _error is { } error ? ValueTask.FromException<bool>(error) : new ValueTask<bool>(false);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> WaitOrThrowAsync(CancellationToken cancellationToken) =>
        await WaitAsync(cancellationToken).ConfigureAwait(false) || await Over().ConfigureAwait(false);

    /// <summary>Waits until there is something to read (true: a loss, too, is found by the read) or the end.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> WaitAsync(CancellationToken cancellationToken) =>
        (await receiver.Inbox.BlockAsync(_ready, cancellationToken).ConfigureAwait(false)).Result == WaitResult.Canceled
            ? throw new OperationCanceledException(cancellationToken)
            : !TryEnd();

    /// <summary>Notes the end if it is there, which <see cref="Receiver{T}.TryReceive(out T)"/> does not tell from "nothing now".</summary>
    private bool TryEnd()
    {
        if (receiver.Inbox.IsClosed)
        {
            End(new ObjectDisposedException(receiver.GetType().Name));
        }
        else if (receiver.IsCompleted)
        {
            End(null);
        }

        return IsOver;
    }

    private void End(Exception? error)
    {
        _error = error;
        _ = error is null ? _completion.TrySetResult() : _completion.TrySetException(error);
    }

    private async Task WatchAsync() =>
        await receiver.Inbox.BlockAsync(new EndAttempt(this), CancellationToken.None).ConfigureAwait(false);

    /// <summary>Waits for the end.</summary>
    private sealed class EndAttempt(ReceiverChannelReader<T> reader) : IAttempt
    {
        /// <inheritdoc/>
        static bool IAttempt.Takes => false;

        /// <inheritdoc/>
        public bool Try() => reader.IsOver || reader.TryEnd();
    }
}
