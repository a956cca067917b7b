namespace Viaduct.Links;

/// <summary>An attempt that can be awaited.</summary>
/// <typeparam name="TResult">What the awaiting program gets.</typeparam>
internal interface IAttempt<TResult> : IAttempt
{
    /// <summary>What the awaiting program gets, or the exception that it gets, once the wait is over. Called once.</summary>
    TResult Finish(WaitResult result, CancellationToken cancellationToken);
}
