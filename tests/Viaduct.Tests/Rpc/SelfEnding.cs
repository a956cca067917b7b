using System.Runtime.CompilerServices;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>Carries it out in the process of the test, which sets what ends the service.</summary>
public sealed class SelfEnding : ISelfEnding, IDisposable
{
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<bool> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _let = new();

    public SelfEnding()
    {
        Last = this;
    }

    /// <summary>The last one that was made.</summary>
    public static SelfEnding? Last { get; private set; }

    /// <summary>Ends the service.</summary>
    public Action? Ends { get; set; }

    /// <summary>The method has begun.</summary>
    public Task Begun => _begun.Task;

    /// <summary>The service was ended by it; whether the object was disposed meanwhile.</summary>
    public Task<bool> Ended => _ended.Task;

    /// <summary>The object was disposed.</summary>
    public Task Disposed => _disposed.Task;

    /// <summary>Lets the method end it.</summary>
    public void Let() => _let.Set();

    public void Finish()
    {
        _begun.SetResult();
        Assert.True(_let.Wait(Patience.Limit));
        Ends!();
        _ended.SetResult(_disposed.Task.IsCompleted);
    }

    public Task StayAsync(CancellationToken cancellationToken)
    {
        // Its end waits for the callback, once that runs.
        using var runs = new ManualResetEventSlim();
        using CancellationTokenRegistration ending = cancellationToken.Register(() =>
        {
            runs.Set();
            Ends!();
            _ended.SetResult(_disposed.Task.IsCompleted);
        });
        _begun.SetResult();
        Assert.True(runs.Wait(2 * Patience.Limit, CancellationToken.None));
        return Task.FromCanceled(cancellationToken);
    }

    public async IAsyncEnumerable<int> StreamAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await StayAsync(cancellationToken);
        yield break;
    }

    public void Idle()
    {
    }

    public void Dispose()
    {
        _disposed.SetResult();
        _let.Dispose();
    }
}
