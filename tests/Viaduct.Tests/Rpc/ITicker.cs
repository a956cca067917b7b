using Viaduct.Rpc;

namespace Viaduct.Tests.Rpc;

/// <summary>The objects of the vectors of calls in docs/wire-format.md.</summary>
[Service(Name = "Ticker")]
public interface ITicker : IDisposable
{
    int Take();
}
