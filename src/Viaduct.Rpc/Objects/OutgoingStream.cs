using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Viaduct.Calls;
using Viaduct.Messages;

namespace Viaduct.Rpc;

/// <summary>A stream that a method returned: its caller asks for the next items, so that it never holds more of them than it wants.</summary>
/// <param name="items">The stream.</param>
/// <param name="writer">Writes one item.</param>
/// <param name="server">Whose method gives them, on a thread of its own; null where none has one.</param>
[SuppressMessage("Design", "CA1001", Justification = "Release disposes what it holds.")]
internal sealed class OutgoingStream<T>(IAsyncEnumerable<T> items, ItemWriter<T> writer, CallServer? server) : IExport
{
    /// <summary>A batch is not made longer than this by another item.</summary>
    private const int LongBatch = 64 * 1024;

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _cancellation = new();
    private IAsyncEnumerator<T>? _enumerator;

    /// <summary>A step that had not ended when the last batch went out, or what goes wrong behind the items of that.</summary>
    private Task<bool>? _step;

    private bool _isBusy;
    private bool _isReleased;
    private volatile bool _isOver;

    /// <inheritdoc/>
    public bool IsUnderWay => !_isOver;

    /// <inheritdoc/>
    public async ValueTask DispatchAsync(ServiceRequest request)
    {
        int most = request.Body.Length >= sizeof(ushort) ? Math.Max((ushort)1, BinaryPrimitives.ReadUInt16LittleEndian(request.Body)) : 1;
        lock (_lock)
        {
            if (_isBusy || _isReleased)
            {
                throw new ProtocolViolationException("The items of a stream were asked for twice at a time, or after its end.");
            }

            _isBusy = true;
        }

        try
        {
            _enumerator ??= items.GetAsyncEnumerator(_cancellation.Token);
            request.AnswerWith(RpcFrames.Items);
            request.Answer.GetSpan(1)[0] = 0;
            request.Answer.Advance(1);
            if (await FillAsync(request.Answer, most).ConfigureAwait(false))
            {
                request.Answer.Bytes[CallFrame.HeaderSize] = 1;
                _isOver = true;
            }
        }
        catch (Exception)
        {
            // Whoever hears of this asks for nothing more.
            _isOver = true;
            throw;
        }
        finally
        {
            Leave();
        }
    }

    /// <inheritdoc/>
    public void Release()
    {
        bool isFree;
        lock (_lock)
        {
            _isReleased = true;
            isFree = !_isBusy;
        }

        if (server is null)
        {
            _ = _cancellation.CancelAsync();
        }
        else
        {
            server.Cancel(_cancellation);
        }

        if (isFree)
        {
            // The method's own code, which must keep nobody who has come here.
            _ = Task.Run(EndAsync);
        }
    }

    /// <summary>Writes the next item, and all that can be had without waiting; true when there are no more.</summary>
    private async ValueTask<bool> FillAsync(Frame answer, int most)
    {
        for (int count = 0; count < most && answer.Length < LongBatch; count++)
        {
            int length = answer.Length;
            try
            {
                ValueTask<bool> step = _step is { } begun ? new ValueTask<bool>(begun) : _enumerator!.MoveNextAsync();
                _step = null;
                if (count > 0 && !step.IsCompleted)
                {
                    _step = step.AsTask();
                    return false;
                }

                if (!await step.ConfigureAwait(false))
                {
                    return true;
                }

                Write(answer, _enumerator!.Current);
            }
            catch (Exception error) when (count > 0)
            {
                // The items before it go out; it is what the next batch begins with.
                answer.Truncate(length);
                _step = Task.FromException<bool>(error);
                return false;
            }
        }

        return false;
    }

    private void Write(Frame answer, T item)
    {
        int start = answer.Length;
        answer.GetSpan(sizeof(uint));
        answer.Advance(sizeof(uint));
        WireWriter output = new(answer);
        writer(ref output, item);
        output.Flush();
        BinaryPrimitives.WriteUInt32LittleEndian(answer.Bytes[start..], (uint)(answer.Length - start - sizeof(uint)));
    }

    private void Leave()
    {
        bool isReleased;
        lock (_lock)
        {
            _isBusy = false;
            isReleased = _isReleased;
        }

        if (isReleased)
        {
            _ = EndAsync();
        }
    }

    /// <summary>Lets the method clean up. What it throws then nobody waits for.</summary>
    private async Task EndAsync()
    {
        try
        {
            if (_step is { } step)
            {
                await step.ConfigureAwait(false);
            }
        }
        catch (Exception)
        {
            // It was cancelled, or would have been the answer to a question that is not asked any more.
        }

        if (_enumerator is { } enumerator)
        {
            try
            {
                await enumerator.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception)
            {
                // As above.
            }
        }

        _cancellation.Dispose();
    }
}
