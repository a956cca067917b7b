using System.Runtime.ExceptionServices;

namespace Viaduct.Cli.Demo.Running;

/// <summary>Threads that end together: the first that fails cancels the others, and its failure is the one told.</summary>
internal sealed class DemoThreads : IDisposable
{
    private readonly CancellationTokenSource _failed;
    private readonly List<Thread> _threads = [];
    private Exception? _failure;

    /// <summary>Makes an empty group.</summary>
    /// <param name="cancellationToken">Ends all of them early.</param>
    public DemoThreads(CancellationToken cancellationToken)
    {
        _failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    /// <summary>Cancelled when a thread failed, or the group shall end early.</summary>
    public CancellationToken Failed => _failed.Token;

    /// <summary>Starts a thread.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="body">What it does.</param>
    public Thread Start(string name, Action<CancellationToken> body)
    {
        Thread thread = new(() => Run(body)) { IsBackground = true, Name = name };
        _threads.Add(thread);
        thread.Start();
        return thread;
    }

    /// <summary>Throws what the first thread that failed threw.</summary>
    public void ThrowIfFailed()
    {
        if (Volatile.Read(ref _failure) is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _failed.Cancel();
        foreach (Thread thread in _threads)
        {
            thread.Join(TimeSpan.FromSeconds(5));
        }

        _failed.Dispose();
    }

    private void Run(Action<CancellationToken> body)
    {
        try
        {
            body(Failed);
        }
        catch (Exception problem)
        {
            Interlocked.CompareExchange(ref _failure, problem, null);
            _failed.Cancel();
        }
    }
}
