namespace Viaduct;

/// <summary>What a server may choose.</summary>
public sealed class ServerOptions : SocketOptions;
