namespace Viaduct.Discovery;

/// <summary>One socket on one channel, as it is announced to others.</summary>
internal sealed record Registration(
    string Channel, Guid SocketId, Guid NodeId, string Role, Pattern Pattern, Topology Topology, int Capacity, string Schema);
