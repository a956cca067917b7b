namespace Viaduct;

/// <summary>What one end of a channel may choose for itself; the other end need not agree.</summary>
/// <remarks>Immutable; one object may serve any number of sockets. Checked when a socket is opened.</remarks>
public abstract class SocketOptions
{
    private protected SocketOptions()
    {
    }

    /// <summary>How blocking calls wait. Defaults to <see cref="WaitMode.Adaptive"/>.</summary>
    public WaitMode Wait { get; init; } = WaitMode.Adaptive;

    /// <summary>
    /// How long disposing the socket waits until what was sent is consumed, from 0 to <see cref="NodeOptions.MaxTimeout"/>. Defaults to
    /// <see langword="null"/>: the node's <see cref="NodeOptions.LingerTimeout"/>.
    /// </summary>
    public TimeSpan? LingerTimeout { get; init; }

    /// <summary>Checks every property; called when a socket is opened.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A property is outside its range.</exception>
    internal virtual void Validate()
    {
        OptionCheck.Defined(Wait, WaitMode.Sleep, nameof(Wait));
        if (LingerTimeout is { } linger)
        {
            OptionCheck.Range(linger, TimeSpan.Zero, NodeOptions.MaxTimeout, nameof(LingerTimeout));
        }
    }
}
