using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Viaduct.Links;

namespace Viaduct;

/// <summary>See <see cref="SocketAdapters.AsChannelReader"/>.</summary>
internal sealed class ReceiverChannelReader<T> : ChannelReader<T>
{
    private readonly Receiver<T> _receiver;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly EndAttempt _end;

    /// <summary>Somebody asked for the completion.</summary>
    private volatile bool _watched;

    /// <summary>1 while <see cref="WatchAsync"/> runs.</summary>
    private int _watching;

    /// <summary>Why it ended; null while it has not, or if it ended in order.</summary>
    private volatile Exception? _error;

    /// <summary>Reads from a receiver.</summary>
    public ReceiverChannelReader(Receiver<T> receiver)
    {
        _receiver = receiver;
        _end = new EndAttempt(this);
    }

    /// <summary>Ends also when nobody reads any more, which costs a look at each message while somebody does.</summary>
    public override Task Completion
    {
        get
        {
            _watched = true;
            WatchIfEmpty();
            return _completion.Task;
        }
    }

    private bool IsOver => _completion.Task.IsCompleted;

    private bool IsReady => _receiver.IsReady();

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
            if (_receiver.TryReceive(out item))
            {
                if (_watched)
                {
                    WatchIfEmpty();
                }

                return true;
            }

            if (!TryEnd() && _watched)
            {
                WatchIfEmpty();
            }
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

        return _receiver.Inbox.BlockAsync<WaitAttempt, bool>(new WaitAttempt(this), cancellationToken);
    }

    /// <inheritdoc/>
    public override ValueTask<T> ReadAsync(CancellationToken cancellationToken = default) => cancellationToken.IsCancellationRequested
        ? ValueTask.FromCanceled<T>(cancellationToken)
        : _receiver.Inbox.BlockAsync<ReadAttempt, T>(new ReadAttempt(this), cancellationToken);

    /// <summary>Notes the end if it is there, which <see cref="Receiver{T}.TryReceive(out T)"/> does not tell from "nothing now".</summary>
    private bool TryEnd()
    {
        if (_receiver.Inbox.IsClosed)
        {
            End(Disposed.Socket(_receiver.Role, _receiver.Channel.Name));
        }
        else if (_receiver.IsCompleted)
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

    /// <summary>Waits for the end where it is what comes next; while there is something to read, senders need not tell of more.</summary>
    private void WatchIfEmpty()
    {
        if (!IsOver && !TryEnd() && !IsReady && Interlocked.Exchange(ref _watching, 1) == 0)
        {
            _ = WatchAsync();
        }
    }

    private async Task WatchAsync()
    {
        await _receiver.Inbox.BlockAsync(_end, CancellationToken.None).ConfigureAwait(false);

        // Then look: whoever read the last message before this found us still watching.
        Interlocked.Exchange(ref _watching, 0);
        WatchIfEmpty();
    }

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

    /// <summary>Waits for the end, or for something to read before it.</summary>
    private sealed class EndAttempt(ReceiverChannelReader<T> reader) : IAttempt
    {
        /// <inheritdoc/>
        static bool IAttempt.Takes => false;

        /// <inheritdoc/>
        public bool Try() => reader.IsOver || reader.TryEnd() || reader.IsReady;
    }
}
