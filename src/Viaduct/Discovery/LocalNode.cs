namespace Viaduct.Discovery;

/// <summary>A live node of a domain on this machine.</summary>
internal sealed record LocalNode(Guid Id, string Name, int Pid, string SocketPath);
