using Viaduct.Rpc;

namespace Viaduct.Tests.Rpc;

/// <summary>An object that lives at the service.</summary>
[Service]
public interface ICounter : IDisposable
{
    int Take();

    Task<int> TakeAsync();

    ICounter Fork();

    bool IsSame(ICounter other);

    [OneWay]
    void Skip();
}
