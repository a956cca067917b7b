using Viaduct.Links;

namespace Viaduct.Calls;

/// <summary>A call that was begun and waits for its answer. Whoever takes it out of the caller's table ends it, so that happens once.</summary>
internal abstract class PendingCall
{
    /// <summary>Where it lies in the caller's table while it is under way; meaningless otherwise. Guarded by the gate of the requests.</summary>
    internal int Slot { get; set; }

    /// <summary>What the answer names; 0 while it is not under way.</summary>
    internal uint Id { get; set; }

    /// <summary>The link that the call went out on last.</summary>
    internal SendLink<Frame>? Link { get; set; }

    /// <summary>The only link that it may go out on; null = any.</summary>
    internal SendLink<Frame>? Target { get; set; }

    /// <summary>The answer has come; the frame is the call's from now on. Called outside every gate, on any thread.</summary>
    public abstract void OnAnswer(Frame answer);

    /// <summary>The callee is gone. Called outside every gate, on any thread.</summary>
    public abstract void OnLost(Exception error, CallProgress progress);
}
