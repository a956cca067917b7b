using Viaduct.Links;

namespace Viaduct.Calls;

/// <summary>Waits for a frame of any caller.</summary>
internal struct IncomingFrame : IAttempt
{
    /// <summary>Where it comes from.</summary>
    internal CalleeSocket Socket;

    /// <summary>For the next one.</summary>
    private Frame? _ready;
    private Frame _frame;
    private PeerIdentity _client;

    /// <summary>The frame; the taker's own.</summary>
    public readonly Frame Frame => _frame;

    /// <summary>Who sent it.</summary>
    public readonly PeerIdentity Client => _client;

    /// <inheritdoc/>
    public bool Try() => Socket.TryTake(ref _ready, out _frame, out _client);

    /// <summary>Has a frame ready before there is something to put into it.</summary>
    internal void Prepare() => _ready ??= Frame.Rent();
}
