using System.Collections.Concurrent;

namespace Viaduct.Nodes;

/// <summary>Runs a node's event handlers one after another on the thread pool, never inside an operation. Thread-safe.</summary>
internal sealed class SerialQueue(Action<Exception> failed)
{
    private readonly ConcurrentQueue<Action> _work = new();
    private int _running;

    /// <summary>Runs something soon, in order.</summary>
    public void Post(Action work)
    {
        _work.Enqueue(work);
        if (Interlocked.Exchange(ref _running, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static queue => queue.Run(), this, preferLocal: false);
        }
    }

    private void Run()
    {
        do
        {
            while (_work.TryDequeue(out Action? work))
            {
                try
                {
                    work();
                }
                catch (Exception error)
                {
                    failed(error);
                }
            }

            Volatile.Write(ref _running, 0);

            // Pairs with the exchange in Post: what was enqueued before the flag fell is seen here, what after starts a run of its own.
            Interlocked.MemoryBarrier();
        }
        while (!_work.IsEmpty && Interlocked.Exchange(ref _running, 1) == 0);
    }
}
