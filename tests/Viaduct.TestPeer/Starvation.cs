namespace Viaduct.TestPeer;

/// <summary>Work that blocks every thread of the pool, and those that the pool adds, until it is told to end.</summary>
internal sealed class Starvation
{
    /// <summary>The pool adds a thread or two a second.</summary>
    private const int Blocked = 1000;

    private volatile bool _fed;
    private volatile bool _hasServed;
    private volatile bool _failed;

    /// <summary>Begins, says so, and returns at the end.</summary>
    public void Begin(Action<string> report)
    {
        for (int i = 0; i < Blocked; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ => Wait(), null);
        }

        ThreadPool.UnsafeQueueUserWorkItem(_ => _hasServed = true, null);
        report("starved");
        Wait();
        if (_failed)
        {
            throw new InvalidOperationException("The pool was not starved.");
        }
    }

    /// <summary>Lets all go on.</summary>
    public void End()
    {
        _failed = _hasServed;
        _fed = true;
    }

    private void Wait()
    {
        // Not by a wait that the pool knows, which would make it add threads at once.
        while (!_fed)
        {
            Thread.Sleep(10);
        }
    }
}
