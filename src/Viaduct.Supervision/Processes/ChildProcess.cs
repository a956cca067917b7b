using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using Viaduct.Linux;
using Viaduct.Supervision.Linux;

namespace Viaduct.Supervision;

/// <summary>A child process that inherits nothing by accident, never outlives this process, and whose end is known from the kernel. Thread-safe.</summary>
/// <remarks>
/// The child has its standard streams and what its options ask for, and no other descriptor of this process. When this process dies, in whatever
/// way, the kernel kills the child's process group. When the child ends, what is left of its group is killed too. Dropping the
/// reference does not end the child; disposing does, in order.
/// </remarks>
public sealed class ChildProcess : ISupervised, IPollHandler, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource<ExitReason> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly TimeSpan _grace;
    private readonly Lifeline _lifeline;
    private readonly SafeFileHandle _pidfd;
    private readonly OutputTail _tail;
    private readonly OutputPump[] _pumps;

    /// <summary>Where its runtime has what it leaves behind if it is killed.</summary>
    private readonly string _temporary;

    /// <summary>This side's end of the socket until it is taken; under the lock.</summary>
    private SafeSocketHandle? _socket;

    /// <summary>Whether the number may be another process's already; under the lock, as is every use of the number.</summary>
    private bool _reaped;

    private ChildProcess(ChildProcessOptions options, SpawnPlan plan, int id, SafeFileHandle pidfd, ConfinementReport confinement)
    {
        Confinement = confinement;
        _time = options.TimeProvider;
        _started = _time.GetTimestamp();
        _grace = options.Grace;
        _lifeline = plan.Lifeline;
        _socket = plan.Socket;
        _pidfd = pidfd;
        _temporary = RuntimeTraces.DirectoryOf(plan.Temporary);
        Id = id;
        Name = options.Name ?? Path.GetFileName(options.Executable);
        _tail = new OutputTail(options.KeptLines);
        List<OutputPump> pumps = [];
        if (plan.Output is { } output)
        {
            pumps.Add(new OutputPump(output, isError: false, _tail, options));
        }

        if (plan.Error is { } error)
        {
            pumps.Add(new OutputPump(error, isError: true, _tail, options));
        }

        _pumps = [.. pumps];
        OutputEnded = Task.WhenAll(_pumps.Select(static pump => pump.Ended));
    }

    /// <summary>The process's number, which is also that of the group that it leads.</summary>
    public int Id { get; }

    /// <summary>What it is called: <see cref="ChildProcessOptions.Name"/>, or the program's file name.</summary>
    public string Name { get; }

    /// <summary>The confinement that it really has.</summary>
    public ConfinementReport Confinement { get; }

    /// <inheritdoc/>
    public Task<ExitReason> Exited => _exited.Task;

    /// <summary>Whether the process is gone.</summary>
    public bool HasExited => _exited.Task.IsCompleted;

    /// <summary>
    /// Completes when all that was captured of the child's output was delivered. That is after <see cref="Exited"/>, by as long as
    /// <see cref="ChildProcessOptions.OutputReceived"/> takes.
    /// </summary>
    public Task OutputEnded { get; }

    /// <summary>The last captured lines, of both streams in the order in which they were read: the child's last words, once <see cref="OutputEnded"/>.</summary>
    public IReadOnlyList<OutputLine> LastOutput => _tail.ToArray();

    /// <summary>Starts a child.</summary>
    /// <param name="options">What to start, and how.</param>
    /// <returns>The running child. That it has started its program is certain; that it has got anywhere in it is not.</returns>
    /// <exception cref="ChildStartException">The program is not there, can't be executed, or this process has no descriptor or process left.</exception>
    /// <exception cref="ConfinementException">A required part of its confinement can't be had; there is no child.</exception>
    /// <exception cref="ArgumentException">An argument or a variable holds a zero character.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux 5.4 or newer.</exception>
    public static ChildProcess Start(ChildProcessOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        RequireLinux();
        ArgumentOutOfRangeException.ThrowIfNegative(options.KeptLines);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxLineLength, 16);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxLineLength, 1 << 20);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Grace, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Grace, TimeSpan.FromDays(24));
        options.Confinement.Check();
        try
        {
            using SpawnPlan plan = new(options);
            try
            {
                return Spawner.Start(plan, options, static (options, plan, id, pidfd, confinement) => new ChildProcess(options, plan, id, pidfd, confinement).Begin());
            }
            catch
            {
                plan.DisposeParents();
                throw;
            }
        }
        catch (IOException error)
        {
            throw new ChildStartException(options.Executable, error.Message, Math.Max(0, error.HResult), error);
        }
    }

    /// <summary>
    /// This side's end of the socket to the child (<see cref="ChildProcessOptions.ConnectSocket"/>): a connected, non-blocking Unix stream socket,
    /// which the caller owns; null if there is none or it was taken already. One that nobody takes is closed when the child is stopped or ends.
    /// </summary>
    public SafeSocketHandle? TakeSocket()
    {
        lock (_gate)
        {
            (SafeSocketHandle? socket, _socket) = (_socket, null);
            return socket;
        }
    }

    /// <summary>Sends a signal to the process itself, not to its group; nothing if it has ended.</summary>
    /// <param name="signal">The system's number, such as 15 for SIGTERM.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such signal.</exception>
    public void Signal(int signal)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(signal, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(signal, 64);
        lock (_gate)
        {
            if (!_reaped)
            {
                _ = Libc.Syscall(ProcessCalls.PidfdSendSignal, Descriptors.Number(_pidfd), signal, 0, 0, 0, 0);
            }
        }
    }

    /// <summary>Kills the process and its group (SIGKILL); nothing if it has ended. <see cref="Exited"/> tells when it is gone.</summary>
    public void Kill()
    {
        lock (_gate)
        {
            if (!_reaped)
            {
                _ = SpawnLibrary.Kill(-Id, SpawnLibrary.SIGKILL);
            }
        }

        // It may have left its group.
        Signal(SpawnLibrary.SIGKILL);
    }

    /// <summary>
    /// Stops the child in order: closes the socket, if it was not taken, and sends SIGTERM; kills the process and its group if that has not helped
    /// after the grace (<see cref="ChildProcessOptions.Grace"/>).
    /// </summary>
    /// <returns>How it ended.</returns>
    public async ValueTask<ExitReason> StopAsync()
    {
        await StopAsync(_grace).ConfigureAwait(false);
        return await Exited.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The grace is negative or above 24 days.</exception>
    public async ValueTask StopAsync(TimeSpan grace)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(grace, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(grace, TimeSpan.FromDays(24));
        TakeSocket()?.Dispose();
        if (grace > TimeSpan.Zero)
        {
            Signal(SpawnLibrary.SIGTERM);
            try
            {
                await Exited.WaitAsync(grace, _time).ConfigureAwait(false);
                return;
            }
            catch (TimeoutException)
            {
                // It was asked, and had its time.
            }
        }

        Kill();
        await Exited.ConfigureAwait(false);
    }

    /// <summary>Stops the child as <see cref="StopAsync()"/> does. Idempotent.</summary>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    /// <summary>The child in words, for logs.</summary>
    public override string ToString() => $"{Name} (process {Id})";

    /// <inheritdoc/>
    void IPollHandler.OnReady(bool readable, bool writable, bool hangup)
    {
        ExitReason? reason;
        string? traces;
        lock (_gate)
        {
            if (_reaped)
            {
                return;
            }

            // Before the status is collected, while the dead child still holds its number, and so nobody else that of its group.
            _ = SpawnLibrary.Kill(-Id, SpawnLibrary.SIGKILL);
            traces = RuntimeTraces.KeyOf(Id);
            reason = ProcessStatus.Collect(Descriptors.Number(_pidfd), _time.GetUtcNow(), _time.GetElapsedTime(_started));
            if (reason is null)
            {
                return;
            }

            _reaped = true;
        }

        Poller.Shared.Remove(_pidfd);
        _pidfd.Dispose();
        _lifeline.Dispose();
        TakeSocket()?.Dispose();
        _exited.TrySetResult(reason);
        if (traces is not null)
        {
            // Not here: the directory may be one that keeps who asks for it waiting.
            ThreadPool.UnsafeQueueUserWorkItem(static child => RuntimeTraces.Remove(child.Directory, child.Process, child.Key), (Directory: _temporary, Process: Id, Key: traces), preferLocal: false);
        }

        foreach (OutputPump pump in _pumps)
        {
            pump.EndWithChild();
        }
    }

    private static void RequireLinux()
    {
        if (!Platform.IsLinux)
        {
            throw new PlatformNotSupportedException(
                "Child processes that die with their parent need Linux. Here, use System.Diagnostics.Process, or run the service in this process.");
        }
    }

    /// <summary>Begins to watch; the poller keeps the child's object alive from here on.</summary>
    private ChildProcess Begin()
    {
        foreach (OutputPump pump in _pumps)
        {
            pump.Start();
        }

        Poller.Shared.Add(_pidfd, this);
        return this;
    }
}
