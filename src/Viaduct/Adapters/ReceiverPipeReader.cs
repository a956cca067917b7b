using System.Buffers;
using System.IO.Pipelines;
using Viaduct.Links;

namespace Viaduct;

/// <summary>See <see cref="SocketAdapters.AsPipeReader"/>.</summary>
internal sealed class ReceiverPipeReader(Receiver<ReadOnlyMemory<byte>> receiver) : PipeReader
{
    /// <summary>So many segments that were let go are kept for the next messages.</summary>
    private const int MostSpare = 64;

    /// <summary>So many empty messages are enough for one look.</summary>
    private const int MostEmpty = 1000;

    private Interruption _interruption;

    /// <summary>The messages that are not consumed, and how much of the first is.</summary>
    private ByteSegment? _first;

    private ByteSegment? _last;
    private int _consumed;

    /// <summary>Segments for the next messages.</summary>
    private ByteSegment? _spare;

    private int _spares;

    /// <summary>Whether there are bytes that the program has not seen or wants to see again.</summary>
    private bool _unexamined;

    private bool _ended;
    private bool _completed;

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result) => TryRead(waits: false, CancellationToken.None, out result);

    private bool TryRead(bool waits, CancellationToken token, out ReadResult result)
    {
        ThrowIfCompleted();
        bool canceled = _interruption.TakeRequest();
        if (!canceled && !_unexamined)
        {
            // Who wants more before it consumes what there is may want more than there is room for at the sender.
            _last?.Keep();

            // Past empty ones, of which a sender may write more than we can read: who waits goes on all the same, for it is not rung for what lies there, but can be stopped.
            int empty = 0;
            while (!_unexamined && receiver.TryReceiveLease(out Lease<ReadOnlyMemory<byte>> lease, waits))
            {
                Append(lease);
                if (waits ? _interruption.IsRequested || token.IsCancellationRequested : ++empty == MostEmpty)
                {
                    break;
                }
            }

            canceled = !_unexamined && _interruption.TakeRequest();
        }

        _ended = _ended || (!_unexamined && receiver.IsCompleted);
        result = Result(canceled);
        return canceled || _unexamined || _ended;
    }

    /// <inheritdoc/>
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => cancellationToken.IsCancellationRequested
        ? ValueTask.FromCanceled<ReadResult>(cancellationToken)
        : receiver.Inbox.BlockAsync<ReadAttempt, ReadResult>(new ReadAttempt(this, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        ThrowIfCompleted();
        if (_first is null)
        {
            return;
        }

        var end = (ByteSegment?)consumed.GetObject();
        var seen = (ByteSegment?)examined.GetObject();
        if (end is null || seen is null || end.RunningIndex + consumed.GetInteger() > seen.RunningIndex + examined.GetInteger())
        {
            throw new InvalidOperationException("The examined position lies before the consumed one, or they are not of the buffer that was read last.");
        }

        _unexamined = seen.RunningIndex + examined.GetInteger() < _last!.RunningIndex + _last.Memory.Length;
        while (_first is not null && _first != end)
        {
            ReleaseFirst();
        }

        _consumed = consumed.GetInteger();
        if (_first is not null && _consumed == _first.Memory.Length)
        {
            ReleaseFirst();
        }
    }

    /// <inheritdoc/>
    public override void CancelPendingRead() => _interruption.Request(receiver.Inbox);

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        if (_completed)
        {
            return;
        }

        _completed = true;
        if (_consumed > 0)
        {
            ReleaseFirst();
        }

        for (; _first is { } segment; _first = segment.Following)
        {
            segment.OfferAgain();
        }

        (_last, _spare) = (null, null);
    }

    private void Append(in Lease<ReadOnlyMemory<byte>> lease)
    {
        if (lease.Value.Length == 0)
        {
            lease.Dispose();
            return;
        }

        ByteSegment segment = _spare ?? new ByteSegment();
        if (_spare is not null)
        {
            _spare = segment.Following;
            _spares--;
        }

        segment.Begin(lease, _last);
        _last = segment;
        _first ??= _last;
        _unexamined = true;
    }

    private void ReleaseFirst()
    {
        ByteSegment first = _first!;
        _first = first.Following;
        _last = _first is null ? null : _last;
        _consumed = 0;
        first.Release();
        if (_spares < MostSpare)
        {
            first.Following = _spare;
            _spare = first;
            _spares++;
        }
    }

    private ReadResult Result(bool canceled)
    {
        ReadOnlySequence<byte> buffer = _first is null ? default : new ReadOnlySequence<byte>(_first, _consumed, _last!, _last!.Memory.Length);
        return new ReadResult(buffer, canceled, _ended);
    }

    private void ThrowIfCompleted()
    {
        if (_completed)
        {
            throw new InvalidOperationException("Reading is not allowed after the reader was completed.");
        }
    }

    /// <summary>A read, which looks at its token itself, too: there may be no end of empty messages.</summary>
    private struct ReadAttempt(ReceiverPipeReader reader, CancellationToken token) : IAttempt<ReadResult>
    {
        private ReadResult _result;

        /// <inheritdoc/>
        public bool Try() => reader.TryRead(waits: true, token, out _result);

        /// <inheritdoc/>
        public readonly ReadResult Finish(WaitResult result, CancellationToken cancellationToken) =>
            result != WaitResult.Canceled ? _result : throw new OperationCanceledException(cancellationToken);
    }
}
