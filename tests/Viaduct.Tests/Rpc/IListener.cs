using Viaduct.Rpc;

namespace Viaduct.Tests.Rpc;

/// <summary>An object that lives at the caller.</summary>
[Service]
public interface IListener
{
    int Heard(int number);

    [OneWay]
    void Told(int number);
}
