using System.Diagnostics.CodeAnalysis;
using Viaduct.Calls;
using Viaduct.Links;

namespace Viaduct.Rpc;

/// <summary>Calls on one object that the other end handed over. When nobody uses it any more, and no call on it is under way, the other end is told.</summary>
internal sealed class ObjectConnection : ServiceConnection
{
    /// <summary>Calls under way, and one more until the object is released.</summary>
    private int _uses = 1;
    private int _isReleased;

    /// <summary>Where it is, or is to come from.</summary>
    private volatile SendLink<Frame>? _home;
    private readonly uint _id;

    /// <summary>A connection to an object behind the same route as another connection.</summary>
    public ObjectConnection(string service, CallRoute route, RemoteTarget target, ServiceConnection origin)
        : this(service, route, target, origin.Exports, origin.CallTimeout)
    {
        IsWarmUp = origin.IsWarmUp;
    }

    /// <summary>A connection to an object of who called.</summary>
    public ObjectConnection(string service, CallRoute route, RemoteTarget target, ExportTable exports, TimeSpan timeout)
        : base(timeout, RetryPolicy.None)
    {
        Service = service;
        Route = route;
        (_home, _id) = (target.Link, target.Id);
        Exports = exports;
    }

    /// <summary>Nobody holds the proxy any more.</summary>
    ~ObjectConnection()
    {
        ReleaseOnce();
    }

    /// <inheritdoc/>
    public override string Service { get; }

    /// <summary>The call that brings the object; null where it was there from the beginning.</summary>
    public Coming? Coming { get; init; }

    /// <summary>Whether the call that brings it has ended: from then on it comes from where it does now.</summary>
    public bool IsThere => Coming is not { IsDone: false };

    /// <summary>Whether it is still to come, and where it was to come from is ending, or gone.</summary>
    public bool IsLeaving => !IsThere && _home is { IsEnding: true } or { IsGone: true };

    /// <inheritdoc/>
    internal override CallRoute Route { get; }

    /// <inheritdoc/>
    internal override RemoteTarget Target => new(_home, _id);

    /// <inheritdoc/>
    internal override ExportTable Exports { get; }

    /// <inheritdoc/>
    internal override bool IsWarmUp { get; }

    /// <inheritdoc/>
    [SuppressMessage("Usage", "CA1816", Justification = "This is what disposing a proxy means.")]
    public override void Release()
    {
        ReleaseOnce();
        GC.SuppressFinalize(this);
    }

    /// <summary>Waits until the other end has the object; what its call threw is of no interest here.</summary>
    /// <param name="timeout">How long to wait; negative = for ever.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public WaitResult WaitUntilThere(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (Coming is not { IsDone: false } coming)
        {
            return WaitResult.Done;
        }

        CallbackTurns.StepAside();
        return Route.Await(coming, timeout, cancellationToken);
    }

    /// <summary>It comes from there now.</summary>
    public void MoveTo(SendLink<Frame> home)
    {
        _home = home;
        Coming!.Arrive();
    }

    /// <inheritdoc/>
    internal override bool MayHaveLeft(SendLink<Frame> home) => Coming is { } coming && (!coming.IsDone || _home != home);

    /// <inheritdoc/>
    internal override WaitResult OnSending(TimeSpan timeout, CancellationToken cancellationToken) =>
        // These few keep their thread, even where they are awaited.
        Coming is { IsDone: false } coming && !coming.TryBind() ? WaitUntilThere(timeout, cancellationToken) : WaitResult.Done;

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The object was released.</exception>
    internal override void OnBegun()
    {
        Interlocked.Increment(ref _uses);
        if (Volatile.Read(ref _isReleased) != 0)
        {
            OnEnded();
            throw new ObjectDisposedException(Service, "The object was released here before.");
        }
    }

    /// <inheritdoc/>
    internal override void OnEnded()
    {
        if (Interlocked.Decrement(ref _uses) == 0)
        {
            ServiceCall.Release(Route, Target);
        }
    }

    private void ReleaseOnce()
    {
        if (Interlocked.Exchange(ref _isReleased, 1) == 0)
        {
            OnEnded();
        }
    }
}
