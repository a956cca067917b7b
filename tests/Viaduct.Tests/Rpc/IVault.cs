using Viaduct.Rpc;

namespace Viaduct.Tests.Rpc;

/// <summary>Takes back what it handed out.</summary>
[Service]
public interface IVault
{
    ICounter Open(int start);

    /// <summary>Makes the file, and keeps its thread until somebody deletes it.</summary>
    [Idempotent]
    int Take(ICounter counter, string file);

    Task<int> KeepAsync(ICounter counter, CancellationToken cancellationToken);
}
