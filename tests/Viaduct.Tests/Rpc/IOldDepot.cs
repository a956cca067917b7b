using Viaduct.Rpc;

namespace Viaduct.Tests.Rpc;

/// <summary>The same contract as older programs have it.</summary>
[Service(Name = "depot")]
public interface IOldDepot
{
    int Count();
}
