using System.Diagnostics;

namespace Viaduct.Benchmarks.Worker;

/// <summary>A stream whose sockets several threads use at once, each by an end of its own. All of them run where the side's thread does.</summary>
internal sealed class TeamSide<TEnd> : Side
    where TEnd : struct, IEnd
{
    private readonly TEnd[] _ends;
    private readonly IDisposable _owner;
    private readonly Share _share;
    private readonly Thread[] _others;
    private readonly SemaphoreSlim _begin = new(0);
    private readonly SemaphoreSlim _done = new(0);
    private bool _sends;
    private bool _over;
    private volatile Exception? _error;

    /// <param name="role">Which side it is.</param>
    /// <param name="ends">One for each thread.</param>
    /// <param name="owner">Disposed with the side.</param>
    public TeamSide(Role role, IEnumerable<TEnd> ends, IDisposable owner)
        : base(role)
    {
        _ends = [.. ends];
        _owner = owner;
        _share = new Share(_ends.Length);
        _others = [.. Enumerable.Range(1, _ends.Length - 1).Select(member => new Thread(() => Work(member)) { Name = $"side {role}, {member}", IsBackground = true })];
        Array.ForEach(_others, static thread => thread.Start());
    }

    public override void Dispose()
    {
        _over = true;
        _begin.Release(_others.Length);
        Array.ForEach(_others, static thread => thread.Join());
        _owner.Dispose();
        _begin.Dispose();
        _done.Dispose();
    }

    protected override void Stream(long count)
    {
        _ends[0].Send();
        _ends[0].Receive();
        Started = Stopwatch.GetTimestamp();
        RunAll(count, sends: true);
    }

    protected override void Drain(long count)
    {
        _ends[0].Receive();
        _ends[0].Send();
        RunAll(count, sends: false);
    }

    protected override void Ping(long count, int batch, bool pausing) => throw new NotSupportedException();

    protected override void Echo(long count) => throw new NotSupportedException();

    private void RunAll(long count, bool sends)
    {
        _share.Begin(count);
        _sends = sends;
        _begin.Release(_others.Length);
        Run(0);
        for (int i = 0; i < _others.Length; i++)
        {
            _done.Wait();
        }

        if (_error is { } error)
        {
            throw new InvalidOperationException($"a thread of the side failed: {error}", error);
        }
    }

    private void Work(int member)
    {
        for (_begin.Wait(); !_over; _begin.Wait())
        {
            try
            {
                Run(member);
            }
            catch (Exception error)
            {
                // The side's own thread tells it.
                _error = error;
            }

            _done.Release();
        }
    }

    private void Run(int member)
    {
        // A copy: what the members count lies side by side.
        TEnd end = _ends[member];
        if (_sends)
        {
            for (long left = _share.Of(member); left > 0; left--)
            {
                end.Send();
            }
        }
        else
        {
            while (_share.Take() is > 0 and int many)
            {
                for (int left = many; left > 0; left--)
                {
                    end.Receive();
                }
            }
        }

        _ends[member] = end;
    }
}
