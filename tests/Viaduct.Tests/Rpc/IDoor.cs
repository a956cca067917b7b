using Viaduct.Rpc;

namespace Viaduct.Tests.Rpc;

/// <summary>Something that opens only after a while, onto more of its kind.</summary>
[Service]
public interface IDoor : IDisposable
{
    /// <summary>Waits for the gate, then brings the next one.</summary>
    IDoor Open();

    Task<int> KnockAsync();

    /// <summary>Stays until it is cancelled.</summary>
    Task StayAsync(CancellationToken cancellationToken);
}
