using Viaduct.Rpc;

namespace Viaduct.Tests.Rpc;

/// <summary>A service of which a method ends it.</summary>
[Service]
public interface ISelfEnding
{
    /// <summary>Ends the service as soon as it is let.</summary>
    void Finish();

    /// <summary>Stays until it is cancelled, which ends the service.</summary>
    Task StayAsync(CancellationToken cancellationToken);

    /// <summary>As <see cref="StayAsync"/>, on the way to its first item.</summary>
    IAsyncEnumerable<int> StreamAsync(CancellationToken cancellationToken);

    void Idle();
}
