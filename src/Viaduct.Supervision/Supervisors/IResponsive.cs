namespace Viaduct.Supervision;

/// <summary>Something supervised whose own loop can answer, so that a watchdog can tell whether it hangs.</summary>
public interface IResponsive
{
    /// <summary>Asks for a sign of life of the loop that does the work; a thread beside it that answers proves nothing.</summary>
    /// <param name="cancellationToken">Cancelled when nobody waits for the answer any more.</param>
    /// <returns>A task that completes when the answer is there.</returns>
    ValueTask PingAsync(CancellationToken cancellationToken);
}
