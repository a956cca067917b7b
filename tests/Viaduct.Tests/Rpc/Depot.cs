namespace Viaduct.Tests.Rpc;

/// <summary>Has methods of its own for them.</summary>
public sealed class Depot : PlainDepot, IDepot
{
    public int Doubled() => 100;

    public Task<string> NameAsync() => Task.FromResult("the service");
}
