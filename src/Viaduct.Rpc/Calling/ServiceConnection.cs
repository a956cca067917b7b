using System.ComponentModel;
using System.Diagnostics;
using Viaduct.Calls;
using Viaduct.Links;

namespace Viaduct.Rpc;

/// <summary>Carries the calls of proxies to whoever serves the service. Thread-safe.</summary>
[EditorBrowsable(EditorBrowsableState.Advanced)]
public abstract class ServiceConnection
{
    private readonly RetryBudget _budget;

    private protected ServiceConnection(TimeSpan timeout, RetryPolicy retry)
    {
        CallTimeout = timeout;
        Retry = retry;
        _budget = new RetryBudget(retry);
    }

    /// <summary>The service's name.</summary>
    public abstract string Service { get; }

    /// <summary>Where calls go out.</summary>
    internal abstract CallRoute Route { get; }

    /// <summary>What calls are made on.</summary>
    internal virtual RemoteTarget Target => default;

    /// <summary>What was handed to the other end over this connection.</summary>
    internal abstract ExportTable Exports { get; }

    /// <summary>How long a call may take.</summary>
    internal TimeSpan CallTimeout { get; }

    /// <summary>When a call is made again.</summary>
    internal RetryPolicy Retry { get; }

    /// <summary>Whether its calls only make their server ready, and are no work of that.</summary>
    internal virtual bool IsWarmUp => false;

    /// <summary>Begins a call; called by generated proxies, which write the arguments into it and invoke it.</summary>
    /// <param name="method">The method.</param>
    /// <returns>The call; invoke or dispose it.</returns>
    public ServiceCall Begin(ServiceMethod method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return ServiceCall.Rent(this, method, Target);
    }

    /// <summary>Lets go of the object at the other end, where this is a connection to one; called by proxies that are disposed. Nothing else otherwise.</summary>
    public virtual void Release()
    {
    }

    /// <summary>A call begins.</summary>
    internal virtual void OnBegun()
    {
    }

    /// <summary>A call without an answer is about to be sent: waits until it may be.</summary>
    /// <param name="timeout">How long to wait; negative = for ever.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal virtual WaitResult OnSending(TimeSpan timeout, CancellationToken cancellationToken) => WaitResult.Done;

    /// <summary>Whether what calls are made on may come from elsewhere by now, or yet: then one that was not begun there is made again.</summary>
    /// <param name="home">Where it was to come from.</param>
    internal virtual bool MayHaveLeft(SendLink<Frame> home) => false;

    /// <summary>A call that had begun is over.</summary>
    internal virtual void OnEnded()
    {
    }

    /// <summary>When a call that begins now must be over, as a timestamp of <see cref="Stopwatch"/>; <see cref="long.MaxValue"/> = never.</summary>
    /// <param name="flow">What flows with the call.</param>
    internal long DeadlineOfNewCall(CallFlow? flow)
    {
        long own = CallTimeout == Timeout.InfiniteTimeSpan ? long.MaxValue : Stopwatch.GetTimestamp() + (long)(CallTimeout.TotalSeconds * Stopwatch.Frequency);
        return Math.Min(own, flow?.Deadline ?? long.MaxValue);
    }

    /// <summary>Whether a call whose server was lost may be made again, and after how long.</summary>
    /// <param name="attempts">How often it was sent.</param>
    /// <param name="killed">How often it had been begun: only that counts against the policy, since what was never begun did no harm.</param>
    /// <param name="begun">Whether it had been this time: only such a retry is paid for.</param>
    /// <param name="delay">How long to wait before.</param>
    /// <param name="isBroke">Whether it may not only because the budget is used up.</param>
    internal bool MayRetry(int attempts, int killed, bool begun, out TimeSpan delay, out bool isBroke)
    {
        delay = Retry.DelayAfter(attempts);
        bool may = begun ? killed < Retry.MaxAttempts : Retry.MaxAttempts > 1;
        isBroke = may && begun && !_budget.TryTake();
        return may && !isBroke;
    }

    /// <summary>A call came to its end: that pays for the retries of others.</summary>
    internal void NoteSuccess() => _budget.Refill();

    /// <summary>A call has used up its attempts. Whatever it is that it does, others are not to lack the retries that it took: it pays for one.</summary>
    internal void NotePoisoned(int retries) => _budget.GiveBack(retries - 1);

    /// <summary>What who calls over this connection gets once it was disposed.</summary>
    internal ObjectDisposedException Disposed() => new(Service, $"The connection to service '{Service}' was disposed, or its node.");
}
