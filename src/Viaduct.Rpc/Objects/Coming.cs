using Viaduct.Calls;

namespace Viaduct.Rpc;

/// <summary>Tells when the call has ended that brings an object which is used already. Waited for as a call is, so that a thread of a service takes answers meanwhile.</summary>
internal sealed class Coming : PendingCall
{
    private volatile bool _isThere;

    /// <inheritdoc/>
    public override bool IsDone => _isThere;

    /// <summary>The call has ended.</summary>
    public void OnThere() => _isThere = true;

    /// <inheritdoc/>
    public override void OnAnswer(Frame answer) => throw new InvalidOperationException("Nobody answers this.");

    /// <inheritdoc/>
    public override void OnLost(Exception error, CallProgress progress) => throw new InvalidOperationException("Nobody loses this.");
}
