using Viaduct.Calls;
using Viaduct.Links;

namespace Viaduct.Rpc;

/// <summary>The way to one certain other end.</summary>
/// <param name="Route">The route.</param>
/// <param name="Link">The link on it.</param>
internal readonly record struct RemoteWay(CallRoute Route, SendLink<Frame> Link);
