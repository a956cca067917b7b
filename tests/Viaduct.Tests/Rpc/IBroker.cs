using Viaduct.Rpc;

namespace Viaduct.Tests.Rpc;

/// <summary>Knows what it has handed out.</summary>
[Service]
public interface IBroker
{
    ICounter Open(int start);

    bool IsOwn(ICounter one, ICounter other);

    int Hold(IListener listener);

    /// <summary>Tells it numbers, and does not wait until it has heard them.</summary>
    int Spread(IListener listener, int count);
}
