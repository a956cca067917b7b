using Viaduct.Rpc;

namespace Viaduct.Tests.Rpc;

/// <summary>Gives its caller's own objects back to it.</summary>
[Service]
public interface IPorter
{
    /// <summary>What the door opens onto, which is its owner's own.</summary>
    Task<IDoor> LeadAsync(IDoor door, CancellationToken cancellationToken = default);
}
