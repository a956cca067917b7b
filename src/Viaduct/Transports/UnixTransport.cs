using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using Viaduct.Linux;
using Viaduct.Wire;

namespace Viaduct.Transports;

/// <summary>Frames and descriptors over a Unix stream socket; read on the poller's thread, written by whoever sends.</summary>
/// <remarks>
/// The end always happens on the poller's thread: who closes shuts the socket down, which wakes the poller, which finishes. So there is no
/// call after <see cref="ITransportHandler.OnClosed"/>, and the socket is never disposed under a call that uses it.
/// </remarks>
internal sealed class UnixTransport : Transport, IPollHandler
{
    private const int FirstBuffer = 16 * 1024;

    /// <summary>Reads in one go, before the poller serves others.</summary>
    private const int Burst = 8;

    /// <summary>Guards all that sending and closing share; never held during a call of the handler.</summary>
    private readonly object _gate = new();

    private readonly SafeSocketHandle _socket;
    private readonly SendQueue _queue = new();

    /// <summary>Set by <see cref="Start"/>; from then on the poller's thread finishes.</summary>
    private ITransportHandler? _handler;

    /// <summary>Whether <see cref="Close"/> was called; set once, under the gate.</summary>
    private volatile bool _closing;

    /// <summary>Why; set with <see cref="_closing"/>.</summary>
    private Exception? _error;

    /// <summary>The peer reads no more. What it had sent is still to be read, so this does not close.</summary>
    private bool _sendEnded;

    /// <summary>Whether bytes were dropped unsent.</summary>
    private bool _dropped;

    /// <summary>Whether the poller was asked to watch for room.</summary>
    private bool _writeWatched;

    /// <summary>Whether the socket is disposed; set once, under the gate.</summary>
    private bool _finished;

    /// <summary>Received bytes up to <see cref="_received"/>, a part of a frame between calls; the poller's thread only.</summary>
    private readonly FrameBuilder _output = new();

    /// <summary>1 when the handler is to be asked for output.</summary>
    private int _outputWanted;

    private byte[] _buffer = new byte[FirstBuffer];
    private int _received;
    private ReceivedDescriptors _descriptors;

    /// <summary>Owns a connected socket.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="path">Where it was connected or accepted.</param>
    internal UnixTransport(SafeSocketHandle socket, string path)
    {
        _socket = socket;
        Description = $"unix {path}";
    }

    /// <inheritdoc/>
    internal override string Description { get; }

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
            if (!_closing)
            {
                try
                {
                    _writeWatched = !_queue.IsEmpty;
                    Poller.Shared.Add(_socket, this, _writeWatched);
                    return;
                }
                catch (Exception error)
                {
                    _closing = true;
                    _error = error;
                    Release();
                }
            }
        }

        handler.OnClosed(_error);
    }

    /// <inheritdoc/>
    internal override void Send(ReadOnlySpan<byte> frames, SafeFileHandle? descriptor = null)
    {
        if (frames.IsEmpty)
        {
            return;
        }

        lock (_gate)
        {
            if (_closing || _sendEnded)
            {
                return;
            }

            // The way of a doorbell: nothing waits, so one system call on this very thread, and no allocation.
            int sent = _queue.IsEmpty ? Write(frames, descriptor) : 0;
            if (sent < 0 || sent == frames.Length)
            {
                return;
            }

            if (_queue.Length + (long)frames.Length - sent > MaxQueued)
            {
                Close(new IOException($"The peer at {Description} does not read: {_queue.Length} bytes wait to be sent to it."));
                return;
            }

            _queue.Append(frames[sent..], sent == 0 ? descriptor : null);
            WatchForRoom(true);
        }
    }

    /// <inheritdoc/>
    internal override void RequestOutput()
    {
        // Asked already: the poller's thread has not yet begun to fill, so it will see what the caller has made visible.
        if (Interlocked.Exchange(ref _outputWanted, 1) == 0)
        {
            lock (_gate)
            {
                WatchForRoom(true);
            }
        }
    }

    /// <inheritdoc/>
    internal override void Close(Exception? error)
    {
        lock (_gate)
        {
            if (_closing)
            {
                return;
            }

            _error = error;
            _closing = true;
            DropQueue();
            if (_handler is null)
            {
                Release();
            }
            else
            {
                _ = Libc.Shutdown(Descriptor, Libc.SHUT_RDWR);
            }
        }
    }

    /// <inheritdoc/>
    internal override bool Drain(TimeSpan timeout)
    {
        long start = Environment.TickCount64;
        lock (_gate)
        {
            Flush();
            while (!_queue.IsEmpty)
            {
                // The poller's thread is the one that would empty the queue; waiting there would be waiting for oneself.
                TimeSpan left = timeout - TimeSpan.FromMilliseconds(Environment.TickCount64 - start);
                if (left <= TimeSpan.Zero || Poller.IsPollerThread || !Monitor.Wait(_gate, left))
                {
                    return _queue.IsEmpty && !_dropped;
                }
            }

            return !_dropped;
        }
    }

    /// <inheritdoc/>
    void IPollHandler.OnReady(bool readable, bool writable, bool hangup)
    {
        try
        {
            if (writable)
            {
                lock (_gate)
                {
                    Flush();
                }

                Fill();
            }

            if (readable || hangup)
            {
                Receive();
            }
        }
        catch (Exception error)
        {
            Close(error);
        }

        if (_closing)
        {
            Finish();
        }
    }

    /// <summary>The socket's number; under the gate or on the poller's thread, before the end.</summary>
    private int Descriptor => (int)_socket.DangerousGetHandle();

    /// <summary>The end, on the poller's thread.</summary>
    private void Finish()
    {
        lock (_gate)
        {
            if (_finished)
            {
                return;
            }

            Poller.Shared.Remove(_socket);
            Release();
        }

        _handler!.OnClosed(_error);
    }

    /// <summary>Gives everything back; under the gate.</summary>
    private void Release()
    {
        _finished = true;
        DropQueue();
        _descriptors.CloseAll();
        _socket.Dispose();
    }

    private void DropQueue()
    {
        _dropped |= !_queue.IsEmpty;
        _queue.Clear();
        Monitor.PulseAll(_gate);
    }

    private void WatchForRoom(bool watch)
    {
        if (_writeWatched != watch && _handler is not null && !_closing)
        {
            _writeWatched = watch;
            Poller.Shared.Modify(_socket, this, watch);
        }
    }

    /// <summary>Sends what waits, as far as there is room; under the gate.</summary>
    private void Flush()
    {
        while (!_queue.IsEmpty)
        {
            ReadOnlySpan<byte> next = _queue.Next(out SafeFileHandle? descriptor);
            int sent = Write(next, descriptor);
            if (sent <= 0)
            {
                return;
            }

            _queue.Advance(sent);
        }

        WatchForRoom(Volatile.Read(ref _outputWanted) != 0);
        Monitor.PulseAll(_gate);
    }

    /// <summary>Asks the handler for what it has, as long as the system takes it; on the poller's thread.</summary>
    private void Fill()
    {
        for (int i = 0; i < Burst && !_closing; i++)
        {
            lock (_gate)
            {
                if (!_queue.IsEmpty)
                {
                    return;
                }
            }

            // Cleared before the handler looks, so that a request which comes meanwhile is not lost.
            if (Interlocked.Exchange(ref _outputWanted, 0) == 0)
            {
                break;
            }

            _output.Clear();
            if (_handler!.FillOutput(_output))
            {
                Interlocked.Exchange(ref _outputWanted, 1);
                Send(_output.Written);
            }
        }

        lock (_gate)
        {
            WatchForRoom(!_queue.IsEmpty || Volatile.Read(ref _outputWanted) != 0);
        }
    }

    /// <summary>One system call: the bytes that were taken, 0 if there is no room, -1 if nothing can be sent any more. Under the gate.</summary>
    private unsafe int Write(ReadOnlySpan<byte> bytes, SafeFileHandle? descriptor)
    {
        const int flags = Libc.MSG_NOSIGNAL | Libc.MSG_DONTWAIT;
        while (true)
        {
            nint sent;
            fixed (byte* first = bytes)
            {
                sent = descriptor is null
                    ? Libc.Send(Descriptor, first, (nuint)bytes.Length, flags)
                    : UnixMessage.Send(Descriptor, first, bytes.Length, descriptor, flags);
            }

            if (sent >= 0)
            {
                return (int)sent;
            }

            switch (Libc.LastError)
            {
                case Libc.EINTR:
                    continue;
                case Libc.EAGAIN:
                    return 0;
                case Libc.EPIPE or Libc.ECONNRESET:
                    _sendEnded = true;
                    _dropped = true;
                    DropQueue();
                    WatchForRoom(false);
                    return -1;
                case int error:
                    _dropped = true;
                    Close(Libc.Failure($"Sending to {Description} failed", error));
                    return -1;
            }
        }
    }

    /// <summary>Reads and hands on frames until nothing more is there, for a while.</summary>
    private void Receive()
    {
        for (int i = 0; i < Burst && !_closing; i++)
        {
            int room = MakeRoom();
            int count = UnixMessage.Receive(Descriptor, _buffer.AsSpan(_received), ref _descriptors);
            if (count < 0)
            {
                return;
            }

            if (count == 0)
            {
                Close(_received == 0 ? null : new EndOfStreamException($"The stream of {Description} ended within a frame."));
                return;
            }

            _received += count;
            Dispatch();
            if (count < room)
            {
                // Probably all; if not, the poller calls again at once.
                return;
            }
        }
    }

    private int MakeRoom()
    {
        if (_received == _buffer.Length)
        {
            // Only part of one frame is kept, and the splitter refuses longer ones, so this is bounded.
            Array.Resize(ref _buffer, Math.Min(2 * _buffer.Length, WireLimits.MaxWholeFrame + FirstBuffer));
        }

        return _buffer.Length - _received;
    }

    private void Dispatch()
    {
        ReadOnlySpan<byte> received = _buffer.AsSpan(0, _received);
        int offset = 0;
        while (!_closing)
        {
            bool found = FrameSplitter.TryRead(received[offset..], out FrameType type, out ReadOnlySpan<byte> body, out int consumed);
            offset += consumed;
            if (!found)
            {
                break;
            }

            _handler!.OnFrame(type, body, ref _descriptors);
        }

        received[offset..].CopyTo(_buffer);
        _received -= offset;
    }
}
