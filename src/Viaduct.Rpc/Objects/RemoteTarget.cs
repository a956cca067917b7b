using Viaduct.Calls;
using Viaduct.Links;

namespace Viaduct.Rpc;

/// <summary>What a call is made on, where that is not the service itself: something that one certain server handed out.</summary>
/// <param name="Link">The way to that server.</param>
/// <param name="Id">Its number there; 0 = the service itself, of any server.</param>
internal readonly record struct RemoteTarget(SendLink<Frame>? Link, uint Id);
