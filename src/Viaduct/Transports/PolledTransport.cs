using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Viaduct.Linux;
using Viaduct.Wire;

namespace Viaduct.Transports;

/// <summary>Frames over a connected stream socket of Linux, and descriptors where it is a Unix socket; read on the poller's thread, written by whoever sends.</summary>
/// <remarks>
/// Nothing of it needs the thread pool: a program that starves its pool still answers its peers, and they it.
/// The end always happens on the poller's thread: who closes shuts the socket down, which wakes the poller, which finishes. So there is no
/// call after <see cref="ITransportHandler.OnClosed"/>, and the socket is never disposed under a call that uses it.
/// </remarks>
internal sealed partial class PolledTransport : Transport, IPollHandler
{
    /// <summary>Reads in one go, before the poller serves others.</summary>
    private const int Burst = 8;

    /// <summary>Guards all that sending and closing share; never held during a call of the handler.</summary>
    private readonly object _gate = new();

    private readonly SafeHandle _socket;

    /// <summary>The framework's socket, which closes the handle in order; null where there is only the handle.</summary>
    private readonly Socket? _owner;

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

    /// <summary>Received bytes that wait for the rest of their frame; the poller's thread only.</summary>
    private readonly ReceiveBuffer _buffer = new();

    private ReceivedDescriptors _descriptors;

    /// <summary>Owns a connected Unix socket.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="path">Where it was connected or accepted.</param>
    internal PolledTransport(SafeHandle socket, string path)
    {
        _socket = socket;
        Description = $"unix {path}";
    }

    /// <summary>Owns a connected socket that carries no descriptors: TCP. Nothing asynchronous may have been begun on it, or the framework would go on watching it.</summary>
    internal PolledTransport(Socket socket)
    {
        _owner = socket;
        _socket = socket.SafeHandle;
        Description = SocketTransport.Describe(socket);
        SocketTransport.SendAtOnce(socket);
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
        if (descriptor is not null && _owner is not null)
        {
            throw SocketTransport.NoDescriptors(Description);
        }

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
        long deadline = timeout == Timeout.InfiniteTimeSpan ? long.MaxValue : Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        lock (_gate)
        {
            Flush();
            while (!_queue.IsEmpty || _filling)
            {
                // The poller's thread is the one that would empty the queue; waiting there would be waiting for oneself.
                long left = Math.Min(deadline - Environment.TickCount64, int.MaxValue);
                if (left <= 0 || Poller.IsPollerThread || !Monitor.Wait(_gate, (int)left))
                {
                    return _queue.IsEmpty && !_filling && !_dropped;
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
            if (_finished || _filling)
            {
                // Somebody is at the output; the poller comes again at once.
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
        _buffer.Dispose();
        if (_owner is not null)
        {
            // Not the handle: that would reset the connection, and take what the peer has not read yet.
            _owner.Dispose();
        }
        else
        {
            _socket.Dispose();
        }
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
            Span<byte> room = _buffer.Room().Span;
            int count = UnixMessage.Receive(Descriptor, room, ref _descriptors);
            if (count < 0)
            {
                return;
            }

            if (count == 0)
            {
                Close(_buffer.Received.IsEmpty ? null : new EndOfStreamException($"The stream of {Description} ended within a frame."));
                return;
            }

            _buffer.Add(count);
            Dispatch();
            if (count < room.Length)
            {
                // Probably all; if not, the poller calls again at once.
                return;
            }
        }
    }

    private void Dispatch()
    {
        bool found = true;
        while (found && !_closing)
        {
            found = FrameSplitter.TryRead(_buffer.Received, out FrameType type, out ReadOnlySpan<byte> body, out int consumed);
            if (found)
            {
                _handler!.OnFrame(type, body, ref _descriptors);
            }

            _buffer.Consume(consumed);
        }
    }
}
