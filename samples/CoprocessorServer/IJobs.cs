using Viaduct;
using Viaduct.Rpc;

namespace CoprocessorServer;

/// <summary>The jobs of one client. An object that the server keeps as long as the client lives and wants it.</summary>
[Service]
public interface IJobs
{
    /// <summary>Puts the samples through the device. Afterwards the caller's blob has the result: nothing was copied through a socket.</summary>
    Task TransformAsync(Blob samples, CancellationToken cancellationToken = default);
}
