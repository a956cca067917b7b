namespace Viaduct;

/// <summary>What a live node says of itself when it is asked. Immutable.</summary>
public sealed record NodeReport
{
    /// <summary>The node's identity; new each time that a node joins.</summary>
    public required Guid Id { get; init; }

    /// <summary>The node's name: text from another program.</summary>
    public required string Name { get; init; }

    /// <summary>The node's process id, as the node told it.</summary>
    public required int ProcessId { get; init; }

    /// <summary>The TCP address on which it listens, such as <c>127.0.0.1:7700</c>; <see langword="null"/> if on none.</summary>
    public string? Listen { get; init; }

    /// <summary>Its memory for messages.</summary>
    public required MemoryReport Memory { get; init; }

    /// <summary>Its open sockets.</summary>
    public required IReadOnlyList<SocketReport> Sockets { get; init; }
}
