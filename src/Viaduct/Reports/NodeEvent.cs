namespace Viaduct;

/// <summary>Something that happened to a node or to one of its sockets. Immutable.</summary>
/// <param name="Kind">What it tells of.</param>
/// <param name="Text">The event in one sentence.</param>
/// <param name="Channel">The channel concerned, if it concerns one.</param>
/// <param name="Peer">The peer concerned, if it concerns one, as it was at that moment.</param>
/// <param name="Error">The exception behind it, if there is one.</param>
public sealed record NodeEvent(
    NodeEventKind Kind,
    string Text,
    string? Channel = null,
    Peer? Peer = null,
    Exception? Error = null)
{
    /// <summary>The event in words.</summary>
    /// <returns>Its kind and <see cref="Text"/>.</returns>
    public override string ToString() => $"{Kind}: {Text}";
}
