namespace Viaduct.Tests.Rpc;

/// <summary>Hands out counters.</summary>
public sealed class Vault : IVault
{
    public ICounter Open(int start) => new Trial().OpenCounter(start);

    public int Take(ICounter counter, string file) => new Labour().Hold(file);

    public Task<int> KeepAsync(ICounter counter, CancellationToken cancellationToken) => Task.FromResult(counter.Take());
}
