using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Viaduct.Links;

namespace Viaduct;

/// <summary>See <see cref="SocketAdapters.AsChannelReader"/>.</summary>
internal sealed class ReceiverChannelReader<T>(Receiver<T> receiver) : ChannelReader<T>
{
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

    private bool IsReady => receiver.IsReady();

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

        return receiver.Inbox.BlockAsync<WaitAttempt, bool>(new WaitAttempt(this), cancellationToken);
    }

    /// <inheritdoc/>
    public override ValueTask<T> ReadAsync(CancellationToken cancellationToken = default) => cancellationToken.IsCancellationRequested
        ? ValueTask.FromCanceled<T>(cancellationToken)
        : receiver.Inbox.BlockAsync<ReadAttempt, T>(new ReadAttempt(this), cancellationToken);

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

    /// <summary>Waits until there is something to read (true: a loss, too, is found by the read) or the end.</summary>
    private readonly struct WaitAttempt(ReceiverChannelReader<T> reader) : IAttempt<bool>
    {
        /// <inheritdoc/>
        public bool Try() => reader.IsOver || reader.IsReady;

        /// <inheritdoc/>
        public bool Finish(WaitResult result, CancellationToken cancellationToken) => result == WaitResult.Canceled
            ? throw new OperationCanceledException(cancellationToken)
            : !reader.IsOver && !reader.TryEnd() ? true : reader._error is { } error ? throw error : false;
    }

    /// <summary>Reads.</summary>
    private struct ReadAttempt(ReceiverChannelReader<T> reader) : IAttempt<T>
    {
        private T? _item;
        private bool _read;

        /// <inheritdoc/>
        public bool Try() => (_read = reader.TryRead(out _item)) || reader.IsOver;

        /// <inheritdoc/>
        public readonly T Finish(WaitResult result, CancellationToken cancellationToken) => result == WaitResult.Canceled
            ? throw new OperationCanceledException(cancellationToken)
            : _read ? _item! : throw new ChannelClosedException(reader._error);
    }

    /// <summary>Waits for the end.</summary>
    private sealed class EndAttempt(ReceiverChannelReader<T> reader) : IAttempt
    {
        /// <inheritdoc/>
        static bool IAttempt.Takes => false;

        /// <inheritdoc/>
        public bool Try() => reader.IsOver || reader.TryEnd();
    }
}
