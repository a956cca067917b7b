using Viaduct.Rpc;

namespace Viaduct.Tests.Rpc;

/// <summary>Knows what it has handed out.</summary>
[Service]
public interface IBroker
{
    ICounter Open(int start);

    bool IsOwn(ICounter one, ICounter other);

    int Hold(IListener listener);
}
