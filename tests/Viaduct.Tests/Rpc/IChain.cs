using Viaduct.Rpc;

namespace Viaduct.Tests.Rpc;

/// <summary>Gives the next one: calls on it depend on each other.</summary>
[Service]
public interface IChain
{
    IChain Follow();

    int Length();
}
