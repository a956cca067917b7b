using Microsoft.Win32.SafeHandles;
using Viaduct.Linux;
using Viaduct.Supervision.Linux;

namespace Viaduct.Supervision;

/// <summary>Reads what a child writes to one stream, on the thread pool, and only as fast as its receiver takes it.</summary>
/// <remarks>
/// The pipe is the queue: it is watched by the poller only while nobody reads it, so a child that writes faster than its lines are taken waits in its
/// own write. One pass at a time runs; what a dead child had written is in the pipe, so one more pass takes it all.
/// </remarks>
internal sealed unsafe class OutputPump : IPollHandler, IThreadPoolWorkItem
{
    /// <summary>Reads in one go, before other work of the pool has its turn.</summary>
    private const int Burst = 16;

    /// <summary>Bytes that are still taken after the child's end: no pipe holds more, but somebody else may write on for ever.</summary>
    private const int MaxAfterEnd = 1 << 20;

    private readonly Lock _gate = new();
    private readonly SafeFileHandle _pipe;
    private readonly LineSplitter _splitter;
    private readonly Action<string> _line;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether a pass runs or is queued; the poller does not watch then. Under the lock.</summary>
    private bool _running;

    /// <summary>Whether the child has ended; set once, under the lock.</summary>
    private bool _childEnded;

    /// <summary>Bytes taken since; the running pass only.</summary>
    private int _afterEnd;

    internal OutputPump(SafeFileHandle pipe, bool isError, OutputTail tail, ChildProcessOptions options)
    {
        _pipe = pipe;
        _splitter = new LineSplitter(options.MaxLineLength);
        Action<OutputLine>? received = options.OutputReceived;
        _line = text => Deliver(new OutputLine(text, isError), tail, received);
    }

    /// <summary>Completes when everything was delivered and the pipe is closed.</summary>
    internal Task Ended => _ended.Task;

    /// <summary>Begins.</summary>
    /// <exception cref="IOException">The pipe cannot be watched.</exception>
    internal void Start() => Poller.Shared.Add(_pipe, this);

    /// <summary>Takes what is in the pipe and ends, whether or not others still hold its other end.</summary>
    internal void EndWithChild()
    {
        lock (_gate)
        {
            if (_childEnded)
            {
                return;
            }

            _childEnded = true;
        }

        Run();
    }

    /// <inheritdoc/>
    public void OnReady(bool readable, bool writable, bool hangup) => Run();

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute()
    {
        for (int i = 0; i < Burst; i++)
        {
            // Read before the pipe is: what the child wrote before its end is then seen by the read.
            bool last;
            lock (_gate)
            {
                last = _childEnded;
            }

            int count = Read(out bool wouldBlock);
            if (count > 0)
            {
                _splitter.Advance(count, _line);
                _afterEnd += last ? count : 0;
                if (_afterEnd <= MaxAfterEnd)
                {
                    continue;
                }
            }

            if (!wouldBlock || last)
            {
                Finish();
                return;
            }

            if (Rest())
            {
                return;
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private static void Deliver(OutputLine line, OutputTail tail, Action<OutputLine>? received)
    {
        tail.Add(line);
        try
        {
            received?.Invoke(line);
        }
        catch (Exception)
        {
            // A receiver that fails for one line must neither stop the next ones nor end this process from the pool.
        }
    }

    private void Run()
    {
        lock (_gate)
        {
            if (_running)
            {
                return;
            }

            _running = true;
            Poller.Shared.Remove(_pipe);
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Hands the empty pipe to the poller; false if the child has ended meanwhile, so that another look is due.</summary>
    private bool Rest()
    {
        lock (_gate)
        {
            if (_childEnded)
            {
                return false;
            }

            try
            {
                Poller.Shared.Add(_pipe, this);
            }
            catch (IOException)
            {
                // A lack of kernel memory, which passes: the pass goes round once more.
                return false;
            }

            _running = false;
            return true;
        }
    }

    private void Finish()
    {
        // The flag stays set, so that nothing runs again.
        _splitter.Complete(_line);
        _pipe.Dispose();
        _ended.TrySetResult();
    }

    /// <summary>Bytes read; 0 at the end, or where there is nothing now.</summary>
    private int Read(out bool wouldBlock)
    {
        Span<byte> free = _splitter.Free;
        fixed (byte* buffer = free)
        {
            nint count;
            do
            {
                count = Libc.Read(Descriptors.Number(_pipe), buffer, (nuint)free.Length);
            }
            while (count < 0 && Libc.LastError == Libc.EINTR);

            wouldBlock = count < 0 && Libc.LastError == Libc.EAGAIN;
            return (int)Math.Max(count, 0);
        }
    }
}
