using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using Viaduct.Wire;

namespace Viaduct.Transports;

/// <summary>Frames over a connected stream socket of the framework, TCP above all; runs on every platform, and needs the thread pool.</summary>
/// <remarks>
/// Two asynchronous loops and no thread of its own. The reader calls <see cref="ITransportHandler.OnFrame"/>, the writer
/// <see cref="ITransportHandler.FillOutput"/>: each one call at a time, but the two may run side by side. Who closes only wakes the loops;
/// the one that ends last disposes the socket and calls <see cref="ITransportHandler.OnClosed"/>, so no other call runs then or follows,
/// and the socket is never disposed under an operation (which would reset the connection and take what the peer has not read yet).
/// </remarks>
internal sealed class SocketTransport : Transport
{
    /// <summary>A larger buffer of control frames is given up once it is sent, in bytes.</summary>
    private const int KeptControl = 64 * 1024;

    /// <summary>A larger buffer of data frames is given up once it is sent, in bytes: four times what FillOutput should append.</summary>
    private const int KeptOutput = 1024 * 1024;

    /// <summary>Guards the queue, the closing state and the start; never held during a call of the handler or the socket.</summary>
    private readonly object _gate = new();

    private readonly Socket _socket;

    /// <summary>
    /// Ends pending operations at the close. Never disposed: it has no timer, and who closes may still be in it when all has ended.
    /// </summary>
    private readonly CancellationTokenSource _end = new();

    /// <summary>Wakes the writer.</summary>
    private readonly OutputSignal _signal = new();

    /// <summary>What <see cref="ITransportHandler.FillOutput"/> appended; the writer's only.</summary>
    private readonly FrameBuilder _output = new();

    /// <summary>Frames that wait for the writer; under the gate.</summary>
    private FrameBuilder _queued = new();

    /// <summary>Frames that the writer sends; exchanged with <see cref="_queued"/> under the gate, otherwise the writer's only.</summary>
    private FrameBuilder _sending = new();

    /// <summary>
    /// The bytes in <see cref="_queued"/> and <see cref="_sending"/>; written under the gate. What is left at the end was dropped.
    /// </summary>
    private int _unsent;

    /// <summary>Whether the last FillOutput had nothing beyond what it appended; the writer's only.</summary>
    private bool _exhausted;

    /// <summary>Set by <see cref="Start"/>, under the gate.</summary>
    private ITransportHandler? _handler;

    /// <summary>The loops that run; the one that makes it zero finishes.</summary>
    private int _loops = 2;

    /// <summary>Whether <see cref="Close"/> was called; set once, under the gate.</summary>
    private volatile bool _closed;

    /// <summary>Why; set with <see cref="_closed"/>.</summary>
    private Exception? _error;

    /// <summary>Owns a connected stream socket.</summary>
    internal SocketTransport(Socket socket)
    {
        _socket = socket;
        Description = Describe(socket);
        SendAtOnce(socket);
    }

    /// <inheritdoc/>
    internal override string Description { get; }

    /// <summary>Where a socket leads, for people.</summary>
    internal static string Describe(Socket socket)
    {
        try
        {
            string kind = socket.ProtocolType == ProtocolType.Tcp ? "tcp" : socket.AddressFamily.ToString().ToLowerInvariant();
            return $"{kind} {socket.LocalEndPoint} -> {socket.RemoteEndPoint}";
        }
        catch (SocketException)
        {
            // The peer has reset the connection before anybody asked who it was.
            return "tcp (gone)";
        }
    }

    /// <summary>Keeps the kernel from waiting for more: a writer already sends all there is at once.</summary>
    internal static void SendAtOnce(Socket socket)
    {
        try
        {
            if (socket.ProtocolType == ProtocolType.Tcp)
            {
                socket.NoDelay = true;
            }
        }
        catch (SocketException)
        {
            // The peer is gone already; the first receive says so.
        }
    }

    /// <summary>What who wants to send a descriptor is told.</summary>
    internal static NotSupportedException NoDescriptors(string description) =>
        new($"{description} carries no descriptors; only a Unix socket of this machine does.");

    /// <inheritdoc/>
    internal override void Start(ITransportHandler handler)
    {
        lock (_gate)
        {
            if (_handler is not null)
            {
                throw new InvalidOperationException("The transport was started already.");
            }

            _handler = handler;
            if (!_closed)
            {
                ThreadPool.UnsafeQueueUserWorkItem(static transport => _ = transport.ReadAsync(), this, preferLocal: false);
                ThreadPool.UnsafeQueueUserWorkItem(static transport => _ = transport.WriteAsync(), this, preferLocal: false);
                return;
            }
        }

        handler.OnClosed(_error);
    }

    /// <inheritdoc/>
    internal override void Send(ReadOnlySpan<byte> frames, SafeFileHandle? descriptor = null)
    {
        if (descriptor is not null)
        {
            throw NoDescriptors(Description);
        }

        if (frames.IsEmpty)
        {
            return;
        }

        bool full = false;
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            full = _unsent > MaxQueued - frames.Length;
            if (!full)
            {
                _queued.Append(frames);
                Volatile.Write(ref _unsent, _unsent + frames.Length);
            }
        }

        if (full)
        {
            Close(new IOException($"The peer at {Description} does not read: {MaxQueued} bytes wait to be sent to it."));
            return;
        }

        _signal.Request();
    }

    /// <inheritdoc/>
    internal override void RequestOutput() => _signal.Request();

    /// <inheritdoc/>
    internal override void Close(Exception? error)
    {
        bool started;
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            _error = error;
            _closed = true;
            started = _handler is not null;
            Monitor.PulseAll(_gate);
        }

        Shutdown();
        if (started)
        {
            _end.Cancel();
            _signal.Request();
        }
        else
        {
            _socket.Dispose();
        }
    }

    /// <inheritdoc/>
    /// <remarks>What the handler's FillOutput appends is not waited for. Waiting in FillOutput would be waiting for oneself.</remarks>
    internal override bool Drain(TimeSpan timeout)
    {
        long deadline = timeout == Timeout.InfiniteTimeSpan ? long.MaxValue : Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        lock (_gate)
        {
            while (_unsent > 0 && !_closed)
            {
                long left = Math.Min(deadline - Environment.TickCount64, int.MaxValue);
                if (left <= 0 || !Monitor.Wait(_gate, (int)left))
                {
                    break;
                }
            }

            return _unsent == 0;
        }
    }

    /// <summary>The reader: receives and hands on frames until the end.</summary>
    private async Task ReadAsync()
    {
        using ReceiveBuffer buffer = new();
        try
        {
            while (!_closed)
            {
                int count = await _socket.ReceiveAsync(buffer.Room(), SocketFlags.None, _end.Token).ConfigureAwait(false);
                if (count == 0)
                {
                    Close(buffer.Received.IsEmpty ? null : new EndOfStreamException($"The stream of {Description} ended within a frame."));
                    break;
                }

                buffer.Add(count);
                Dispatch(buffer);
            }
        }
        catch (Exception error)
        {
            // After the close this is only the operation's end, and the first error has won.
            Close(error);
        }
        finally
        {
            EndLoop();
        }
    }

    /// <summary>Hands on all whole frames.</summary>
    private void Dispatch(ReceiveBuffer buffer)
    {
        // Always empty: descriptors don't travel here, and a frame that needs one is refused when it asks.
        ReceivedDescriptors none = default;
        bool found = true;
        while (found && !_closed)
        {
            found = FrameSplitter.TryRead(buffer.Received, out FrameType type, out ReadOnlySpan<byte> body, out int consumed);
            if (found)
            {
                _handler!.OnFrame(type, body, ref none);
            }

            buffer.Consume(consumed);
        }
    }

    /// <summary>The writer: sends what there is, then sleeps until somebody asks.</summary>
    private async Task WriteAsync()
    {
        try
        {
            while (!_closed)
            {
                bool control = TakeQueued(out ReadOnlyMemory<byte> next);
                if (!control && !TryFill(out next))
                {
                    await _signal.WaitAsync().ConfigureAwait(false);
                    continue;
                }

                while (!next.IsEmpty)
                {
                    int sent = await _socket.SendAsync(next, SocketFlags.None, _end.Token).ConfigureAwait(false);
                    next = next[sent..];
                }

                if (control)
                {
                    CountSent();
                }
                else if (_output.Capacity > KeptOutput)
                {
                    _output.Trim(KeptOutput);
                }
            }
        }
        catch (Exception error)
        {
            Close(error);
        }
        finally
        {
            EndLoop();
        }
    }

    /// <summary>Takes what <see cref="Send"/> has queued, if anything.</summary>
    private bool TakeQueued(out ReadOnlyMemory<byte> frames)
    {
        frames = default;

        // A zero that is out of date does no harm: who adds asks for output afterwards, and the wait then returns at once.
        if (Volatile.Read(ref _unsent) == 0)
        {
            return false;
        }

        lock (_gate)
        {
            (_queued, _sending) = (_sending, _queued);
        }

        frames = _sending.WrittenMemory;
        return true;
    }

    /// <summary>Asks the handler for data frames; false if there are none.</summary>
    private bool TryFill(out ReadOnlyMemory<byte> frames)
    {
        frames = default;
        if (_exhausted)
        {
            // It had no more, and anything new since then is a request, which ends the wait at once.
            _exhausted = false;
            return false;
        }

        _output.Clear();
        bool more = _handler!.FillOutput(_output, null);
        frames = _output.WrittenMemory;
        _exhausted = !more && !frames.IsEmpty;
        return !frames.IsEmpty;
    }

    /// <summary>What was taken from the queue is the kernel's now.</summary>
    private void CountSent()
    {
        int sent = _sending.Length;
        _sending.Trim(KeptControl);
        lock (_gate)
        {
            Volatile.Write(ref _unsent, _unsent - sent);
            if (_unsent == 0)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>One loop has ended; the last one finishes.</summary>
    private void EndLoop()
    {
        if (Interlocked.Decrement(ref _loops) == 0)
        {
            // No operation is pending, so this is a close in order: what the kernel has taken still goes to the peer.
            _socket.Dispose();
            _handler!.OnClosed(_error);
        }
    }

    /// <summary>Tells the peer and wakes the loops where the platform does so.</summary>
    private void Shutdown()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The connection is gone already.
        }
    }
}
