namespace CoprocessorServer;

/// <summary>
/// The device: as many threads as there are cores, and a queue for each client. The clients take turns, a job each, so that one with a thousand jobs in its queue
/// makes one with a single job wait for a single job of its own.
/// </summary>
internal sealed class Device : IDisposable
{
    private readonly object _lock = new();

    /// <summary>Clients with jobs that wait, in the order of their turns.</summary>
    private readonly LinkedList<ClientJobs> _turns = new();
    private readonly Thread[] _threads;
    private long _begun;
    private bool _isOver;

    public Device()
    {
        _threads = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(i => new Thread(Run) { Name = $"device {i}", IsBackground = true })];
        Array.ForEach(_threads, thread => thread.Start());
    }

    /// <summary>Adds a job to its client's queue.</summary>
    public Job Submit(ClientJobs queue, Viaduct.Blob samples)
    {
        lock (_lock)
        {
            var job = new Job(samples, _begun);
            if (queue.Waiting.Count == 0)
            {
                _turns.AddLast(queue);
            }

            queue.Waiting.AddLast(job);
            Monitor.Pulse(_lock);
            return job;
        }
    }

    /// <summary>Takes a job back that has not begun.</summary>
    public void Withdraw(ClientJobs queue, Job job)
    {
        lock (_lock)
        {
            if (!queue.Waiting.Remove(job))
            {
                return;
            }

            queue.Canceled++;
            if (queue.Waiting.Count == 0)
            {
                _turns.Remove(queue);
            }
        }

        job.Done.SetCanceled();
    }

    /// <summary>How a client's jobs are getting on.</summary>
    public (int Waiting, int Finished, int Canceled, long MostOthersFirst) Look(ClientJobs queue)
    {
        lock (_lock)
        {
            return (queue.Waiting.Count, queue.Finished, queue.Canceled, queue.MostOthersFirst);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isOver = true;
            Monitor.PulseAll(_lock);
        }

        Array.ForEach(_threads, thread => thread.Join());
    }

    private void Run()
    {
        while (Take() is var (queue, job) && job is not null)
        {
            try
            {
                // The blob is the caller's: this gives it a version of its own, which the caller's blob refers to when the call has ended.
                Kernel.Transform(job.Samples.Span);
                lock (_lock)
                {
                    queue!.Finished++;
                }

                job.Done.SetResult();
            }
            catch (Exception error)
            {
                // The client died while its job was running, for instance: its bytes may be gone with it.
                job.Done.SetException(error);
            }
        }
    }

    private (ClientJobs? Queue, Job? Job) Take()
    {
        lock (_lock)
        {
            while (_turns.Count == 0 && !_isOver)
            {
                Monitor.Wait(_lock);
            }

            if (_isOver)
            {
                return (null, null);
            }

            ClientJobs queue = _turns.First!.Value;
            Job job = queue.Waiting.First!.Value;
            _turns.RemoveFirst();
            queue.Waiting.RemoveFirst();
            if (queue.Waiting.Count > 0)
            {
                _turns.AddLast(queue);
            }

            // Of a job that was not alone in its queue that would count its own client's, too.
            if (queue.Waiting.Count == 0)
            {
                queue.MostOthersFirst = Math.Max(queue.MostOthersFirst, _begun - job.BegunBefore);
            }

            _begun++;
            return (queue, job);
        }
    }
}
