using Viaduct.Messages;
using Viaduct.Rpc;

namespace ServedClock;

/// <summary>Tells the time.</summary>
[Service(Name = "Acme.IClock")]
public interface IClock
{
    [Idempotent]
    Task<Reading> ReadAsync(string zone);

    IAsyncEnumerable<int> CountAsync(int from, CancellationToken cancellationToken = default);
}

/// <summary>What a clock shows.</summary>
[Message]
public sealed record Reading(DateTimeOffset Time, Source Source);

/// <summary>Where a time comes from.</summary>
public enum Source
{
    System,
    Satellite,
}
