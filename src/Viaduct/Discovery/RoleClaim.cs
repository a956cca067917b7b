namespace Viaduct.Discovery;

/// <summary>The content of a role file: who is the one producer (publisher, …) of a channel, as long as its node lives.</summary>
internal sealed record RoleClaim(Guid NodeId, Guid SocketId, string NodeName, int Pid);
