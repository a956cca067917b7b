using System.Diagnostics;
using System.Runtime.InteropServices;
using Viaduct.Links;
using Viaduct.Linux;

namespace Viaduct;

/// <summary>
/// Waits for several sockets of any kind at once. A consumer, subscriber or server is ready when there is something to receive; a producer,
/// publisher or client when there is room to send or call. A socket is also ready when that call would throw: its peer was lost, the
/// channel has ended (<see cref="Receiver{T}.IsCompleted"/>), it was disposed. Thread-safe.
/// </summary>
/// <remarks>
/// <para>
/// Ready is a hint, as with <c>poll</c>: another thread may be faster, and a large message may not fit where a small one would. Go on with the
/// socket's <c>Try</c> form. On a channel of capacity 0 a waiting selector counts as a waiting receive of each of its receivers, and a
/// sender is ready while a receive waits; who goes on with <c>TryReceive</c> may find that the sender has taken its message elsewhere.
/// </para>
/// <para>
/// A socket may be in several selectors, and be used without them at the same time. Waiting allocates nothing.
/// </para>
/// </remarks>
/// <example><code>
/// using Selector selector = new(commands, readings);
/// while (true)
/// {
///     switch (selector.Wait(token))
///     {
///         case 0 when commands.TryReceive(out Request&lt;string, string&gt; request): Answer(request); break;
///         case 1 when readings.TryReceive(out Reading reading): Use(reading); break;
///     }
/// }
/// </code></example>
[DebuggerDisplay("{Count} sockets")]
public sealed class Selector : IDisposable
{
    private readonly Selection _selection;
    private readonly Lock _lock = new();

    /// <summary>Made when it is first asked for.</summary>
    private volatile ReadyDescriptor? _descriptor;

    private bool _disposed;

    /// <summary>Makes a selector with the default options.</summary>
    /// <param name="sockets">The sockets; their indices are their places here, from 0.</param>
    /// <inheritdoc cref="Add" path="/exception"/>
    public Selector(params ReadOnlySpan<ISocket> sockets)
        : this(new SelectorOptions(), sockets)
    {
    }

    /// <summary>Makes a selector.</summary>
    /// <param name="options">What it chooses.</param>
    /// <param name="sockets">The sockets; their indices are their places here, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    /// <inheritdoc cref="Add" path="/exception"/>
    public Selector(SelectorOptions options, params ReadOnlySpan<ISocket> sockets)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _selection = new Selection(options.Order, options.Wait);
        try
        {
            foreach (ISocket socket in sockets)
            {
                Add(socket);
            }
        }
        catch
        {
            _selection.Close();
            throw;
        }
    }

    /// <summary>The number of sockets.</summary>
    public int Count => _selection.Count;

    /// <summary>
    /// A descriptor for an event loop that is not ours (<c>poll</c>, <c>epoll</c>, <c>libuv</c> …): it is readable from when a socket may be
    /// ready until <see cref="TryWait(out int)"/>, or another <c>TryWait</c>, says that none is. So call <c>TryWait</c> when it is readable, and go
    /// back to the loop whenever you like: what is left makes it readable still. It is readable at first. Don't read, write or close it: it is the
    /// selector's, and closed with it. While there is one, the selector counts as a waiting receive of channels with capacity 0.
    /// </summary>
    /// <exception cref="PlatformNotSupportedException">This is not Linux. Use <see cref="WaitAsync"/>.</exception>
    /// <exception cref="InvalidOperationException">The selector spins (<see cref="WaitMode.Spin"/>): nobody would set the descriptor.</exception>
    /// <exception cref="IOException">The process has no descriptor left.</exception>
    /// <exception cref="ObjectDisposedException">The selector was disposed.</exception>
    public SafeHandle Descriptor => (_descriptor ?? MakeDescriptor()).Handle;

    /// <summary>Waits until one of some sockets is ready, the first of those that are; for waits that are rare, as it makes a selector for each.</summary>
    /// <param name="sockets">The sockets.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The place of the socket in <paramref name="sockets"/>.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <inheritdoc cref="Add" path="/exception"/>
    public static int WaitAny(ReadOnlySpan<ISocket> sockets, CancellationToken cancellationToken = default)
    {
        using Selector selector = new(new SelectorOptions { Order = SelectOrder.Priority }, sockets);
        return selector.Wait(cancellationToken);
    }

    /// <summary>Adds a socket. Waits under way wait for it too.</summary>
    /// <param name="socket">The socket.</param>
    /// <returns>Its index: the lowest that is free.</returns>
    /// <exception cref="ArgumentException">
    /// The socket is in already; or is not one that a node opened; or was opened with <see cref="WaitMode.Spin"/>, and the selector was not.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The selector was disposed.</exception>
    public int Add(ISocket socket)
    {
        ChannelSocket member = Member(socket);
        foreach (Mailbox mailbox in member.ReadySources)
        {
            if (mailbox.NeverSleeps && !_selection.NeverSleeps)
            {
                throw new ArgumentException(
                    $"The {socket.Role} of '{socket.Channel.Name}' was opened with WaitMode.Spin, so nobody wakes it: open it with another, or give the selector SelectorOptions.Wait = WaitMode.Spin.",
                    nameof(socket));
            }
        }

        return _selection.Add(member);
    }

    /// <summary>Takes a socket out; the indices of the others stay.</summary>
    /// <param name="socket">The socket.</param>
    /// <returns>Whether it was in.</returns>
    public bool Remove(ISocket socket) => _selection.Remove(Member(socket));

    /// <summary>Waits until a socket is ready.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Its index.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The selector is or was disposed.</exception>
    public int Wait(CancellationToken cancellationToken = default)
    {
        TryWait(out int index, Timeout.InfiniteTimeSpan, cancellationToken);
        return index;
    }

    /// <summary>Looks whether a socket is ready now.</summary>
    /// <param name="index">Its index; -1 if none is.</param>
    /// <returns>Whether one is.</returns>
    /// <exception cref="ObjectDisposedException">The selector was disposed.</exception>
    public bool TryWait(out int index) => _selection.TryFind(out index) || (_descriptor is { } descriptor && TryArm(descriptor, out index));

    /// <summary>Waits some time until a socket is ready.</summary>
    /// <param name="index">Its index; -1 if none is.</param>
    /// <param name="timeout">How long to wait; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether one is.</returns>
    /// <inheritdoc cref="Wait" path="/exception"/>
    public bool TryWait(out int index, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        Canceled.ThrowIf(cancellationToken);
        if (_selection.TryFind(out index))
        {
            return true;
        }

        SelectAttempt attempt = new(_selection);
        WaitResult result = _selection.Block(ref attempt, timeout, cancellationToken);
        index = result == WaitResult.Done ? attempt.Index : -1;
        return result switch
        {
            WaitResult.Done => true,
            WaitResult.TimedOut => _descriptor is { } descriptor && TryArm(descriptor, out index),
            _ => throw new OperationCanceledException(cancellationToken),
        };
    }

    /// <summary>Waits until a socket is ready, without keeping a thread.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Its index.</returns>
    /// <inheritdoc cref="Wait" path="/exception"/>
    public ValueTask<int> WaitAsync(CancellationToken cancellationToken = default) => cancellationToken.IsCancellationRequested
        ? ValueTask.FromCanceled<int>(cancellationToken)
        : _selection.BlockAsync<SelectAttempt, int>(new SelectAttempt(_selection), cancellationToken);

    /// <summary>Ends all waits with an <see cref="ObjectDisposedException"/> and closes the descriptor; the sockets stay open. Later calls do nothing.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            _selection.Close();
            _descriptor?.Dispose();
        }
    }

    private static ChannelSocket Member(ISocket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        return socket as ChannelSocket
            ?? throw new ArgumentException($"A selector waits for sockets that a node opened, not for a {socket.GetType()}.", nameof(socket));
    }

    private ReadyDescriptor MakeDescriptor()
    {
        if (!Platform.IsLinux)
        {
            throw new PlatformNotSupportedException("A descriptor to poll on needs Linux. Here, use Selector.WaitAsync, or Selector.Wait on a thread of its own.");
        }

        if (_selection.NeverSleeps)
        {
            throw new InvalidOperationException("A selector that spins (SelectorOptions.Wait = WaitMode.Spin) is woken by nobody, so it can't have a descriptor to poll on.");
        }

        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_descriptor is null)
            {
                _selection.BeginWait();
                _descriptor = new ReadyDescriptor();
            }

            return _descriptor;
        }
    }

    /// <summary>Lets the next change set the descriptor, and looks once more. True when something is ready, and the descriptor set.</summary>
    private bool TryArm(ReadyDescriptor descriptor, out int index)
    {
        // In this order: whoever changes something after the reset finds it armed, or is found by the look.
        descriptor.Reset();
        _selection.WaitPoint.Arm(descriptor);
        _selection.Announce(default);
        if (!_selection.TryFind(out index))
        {
            return false;
        }

        _selection.WaitPoint.Disarm();
        _selection.Retract();
        return true;
    }
}
