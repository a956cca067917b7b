using System.Diagnostics.CodeAnalysis;
using Viaduct.Calls;

namespace Viaduct.Rpc;

/// <summary>Calls on one object that the other end handed over. When nobody uses it any more, the other end is told.</summary>
internal sealed class ObjectConnection : ServiceConnection
{
    private int _isReleased;

    /// <summary>A connection to an object behind the same route as another connection.</summary>
    public ObjectConnection(string service, CallRoute route, RemoteTarget target, ExportTable exports)
        : base(Timeout.InfiniteTimeSpan, RetryPolicy.None)
    {
        Service = service;
        Route = route;
        Target = target;
        Exports = exports;
    }

    /// <summary>Nobody holds the proxy any more.</summary>
    ~ObjectConnection()
    {
        ReleaseOnce();
    }

    /// <inheritdoc/>
    public override string Service { get; }

    /// <summary>Done when the call that brings the object has ended; null where the object was there from the beginning.</summary>
    public Task? Coming { get; set; }

    /// <inheritdoc/>
    internal override CallRoute Route { get; }

    /// <inheritdoc/>
    internal override RemoteTarget Target { get; }

    /// <inheritdoc/>
    internal override ExportTable Exports { get; }

    /// <inheritdoc/>
    [SuppressMessage("Usage", "CA1816", Justification = "This is what disposing a proxy means.")]
    public override void Release()
    {
        ReleaseOnce();
        GC.SuppressFinalize(this);
    }

    /// <summary>Waits until the other end has the object; what its call threw is of no interest here.</summary>
    public void WaitUntilThere()
    {
        if (Coming is { IsCompleted: false } coming)
        {
            coming.Wait();
        }
    }

    private void ReleaseOnce()
    {
        if (Interlocked.Exchange(ref _isReleased, 1) == 0)
        {
            ServiceCall.Release(Route, Target);
        }
    }
}
