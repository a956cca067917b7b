using Viaduct.Rpc;

namespace Viaduct.Tests.Rpc;

/// <summary>Takes what is slow to be read.</summary>
[Service]
public interface IReading
{
    /// <summary>Stays until it is cancelled.</summary>
    Task StayAsync(Slow first, CancellationToken cancellationToken);

    IAsyncEnumerable<int> CountAsync();
}
