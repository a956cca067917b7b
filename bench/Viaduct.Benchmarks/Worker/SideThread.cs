using Viaduct.Benchmarks.Machine;

namespace Viaduct.Benchmarks.Worker;

/// <summary>
/// A thread pinned to its side's core that opens the side and runs what it is told to. It is handed its work without
/// allocating, because what a run allocates is measured around it.
/// </summary>
internal sealed class SideThread : IDisposable
{
    private readonly SemaphoreSlim _begin = new(0);
    private readonly SemaphoreSlim _done = new(0);
    private readonly Thread _thread;
    private readonly Func<Side> _open;
    private readonly int _core;

    /// <summary>What to run next; null = end. Written before <see cref="_begin"/> is released, read after it was taken.</summary>
    private WorkerCommand? _command;

    private Exception? _error;
    private Side? _side;

    public SideThread(Role role, int core, Func<Side> open)
    {
        Role = role;
        _core = core;
        _open = open;
        _thread = new Thread(Main) { Name = $"side {role}", IsBackground = true };
        _thread.Start();
    }

    public Role Role { get; }

    /// <summary>The opened side. Valid after <see cref="Wait"/> returned for the first time.</summary>
    public Side Side => _side ?? throw new InvalidOperationException("the side is not open");

    public void Begin(WorkerCommand command)
    {
        _command = command;
        _begin.Release();
    }

    /// <summary>Waits until the side is open (first call) or what was begun is done, and throws what failed there.</summary>
    public void Wait()
    {
        _done.Wait();
        if (_error is not null)
        {
            throw new InvalidOperationException($"side {Role} failed: {_error}", _error);
        }
    }

    /// <summary>Tells the thread to close its side and end.</summary>
    public void End()
    {
        _command = null;
        _begin.Release();
    }

    /// <summary>Waits for the thread's end, after <see cref="End"/>.</summary>
    public void Dispose()
    {
        _thread.Join();
        _begin.Dispose();
        _done.Dispose();
    }

    private void Main()
    {
        try
        {
            Affinity.PinThread(_core);
            _side = _open();
            _done.Release();
            for (; ; )
            {
                _begin.Wait();
                if (_command is not { } command)
                {
                    break;
                }

                _side.Run(command);
                _done.Release();
            }

            _side.Dispose();
        }
        catch (Exception error)
        {
            // Whatever it is, the main thread has to hear of it: an exception here would end the process without a word.
            _error = error;
            _done.Release();
        }
    }
}
