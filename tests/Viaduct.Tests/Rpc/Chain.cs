namespace Viaduct.Tests.Rpc;

/// <summary>A link of a chain that knows how many came before it.</summary>
public sealed class Chain(int length) : IChain
{
    public IChain Follow() => new Chain(length + 1);

    public int Length() => length;
}
