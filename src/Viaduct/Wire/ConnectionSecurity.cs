namespace Viaduct.Wire;

/// <summary>What protects a connection. Both sides state it, so that nobody in between can take protection away.</summary>
internal enum ConnectionSecurity : byte
{
    /// <summary>Nothing but the machine's own bounds: a Unix socket, or a TCP connection that was asked for as plain.</summary>
    Plain = 0,
}
