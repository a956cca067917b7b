using System.Buffers;
using System.IO.Pipelines;
using Viaduct.Links;

namespace Viaduct;

/// <summary>See <see cref="SocketAdapters.AsPipeWriter"/>.</summary>
internal sealed class SenderPipeWriter(Sender<ReadOnlyMemory<byte>> sender) : PipeWriter
{
    private const int SmallestBuffer = 4096;

    private Interruption _interruption;
    private byte[] _buffer = [];

    /// <summary>What of the buffer was written, and of that what was sent by a flush that did not come to its end.</summary>
    private int _written;

    private int _sent;

    /// <summary>The message that is being sent.</summary>
    private SendStep<ReadOnlyMemory<byte>> _step;

    private bool _completed;

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => true;

    /// <inheritdoc/>
    public override long UnflushedBytes => _written - _sent;

    /// <inheritdoc/>
    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, _buffer.Length - _written);
        _written += bytes;
    }

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _buffer.AsMemory(_written);
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _buffer.AsSpan(_written);
    }

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => cancellationToken.IsCancellationRequested
        ? ValueTask.FromCanceled<FlushResult>(cancellationToken)
        : sender.Outbox.BlockAsync<FlushAttempt, FlushResult>(new FlushAttempt(this, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public override void CancelPendingFlush() => _interruption.Request(sender.Outbox);

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        if (!_completed && exception is null)
        {
            while (_sent < _written)
            {
                int length = Math.Min(_written - _sent, sender.Channel.MaxMessageSize);
                sender.Send(_buffer.AsMemory(_sent, length));
                _sent += length;
            }
        }

        End(exception);
    }

    /// <inheritdoc/>
    public override async ValueTask CompleteAsync(Exception? exception = null)
    {
        while (!_completed && exception is null && _sent < _written)
        {
            // Once more where a flush was cancelled.
            await FlushAsync(CancellationToken.None).ConfigureAwait(false);
        }

        End(exception);
    }

    /// <summary>Sends what there is room for. True when all is sent, or the flush is to end.</summary>
    private bool TryFlush(bool isCanceled)
    {
        ThrowIfCompleted();
        while (_sent < _written)
        {
            ReadOnlyMemory<byte> message = _buffer.AsMemory(_sent, Math.Min(_written - _sent, sender.Channel.MaxMessageSize));
            if (_step.Try(sender.Outbox, message, handOver: false, isCanceled || _interruption.IsRequested) is not { } sent)
            {
                return false;
            }

            if (!sent)
            {
                return true;
            }

            _sent += message.Length;
        }

        _sent = _written = 0;
        return true;
    }

    private FlushResult EndFlush(CancellationToken cancellationToken)
    {
        if (_sent < _written && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }

        return new FlushResult(isCanceled: _interruption.TakeRequest(), isCompleted: false);
    }

    private void End(Exception? exception)
    {
        if (_completed)
        {
            return;
        }

        _completed = true;
        byte[] buffer = _buffer;
        (_buffer, _written, _sent) = ([], 0, 0);
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (exception is null)
        {
            sender.Complete();
        }
        else
        {
            sender.Outbox.Fail(exception.Message);
        }
    }

    private void ThrowIfCompleted()
    {
        if (_completed)
        {
            throw new InvalidOperationException("Writing is not allowed after the writer was completed.");
        }
    }

    private void Grow(int sizeHint)
    {
        ThrowIfCompleted();
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        int needed = checked(_written + Math.Max(1, sizeHint));
        if (needed <= _buffer.Length)
        {
            return;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Math.Max(Math.Max(needed, SmallestBuffer), 2L * _buffer.Length), Array.MaxLength));
        _buffer.AsSpan(0, _written).CopyTo(larger);
        byte[] smaller = _buffer;
        _buffer = larger;
        if (smaller.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(smaller);
        }
    }

    /// <summary>A flush, which looks at its token itself: a message of a rendezvous that was published waits for the receiver's word.</summary>
    private readonly struct FlushAttempt(SenderPipeWriter writer, CancellationToken token) : IAttempt<FlushResult>
    {
        /// <inheritdoc/>
        static bool IAttempt.OutlivesCancellation => true;

        /// <inheritdoc/>
        public bool Try() => writer.TryFlush(token.IsCancellationRequested);

        /// <inheritdoc/>
        public FlushResult Finish(WaitResult result, CancellationToken cancellationToken) => writer.EndFlush(cancellationToken);
    }
}
