using Viaduct.Links;

namespace Viaduct.Calls;

/// <summary>A call that was begun and waits for its answer. Whoever takes it out of its table ends it, so that happens once.</summary>
internal abstract class PendingCall
{
    /// <summary>Whether it has ended. May be asked by any thread.</summary>
    public abstract bool IsDone { get; }

    /// <summary>The only link that it may go out on; null = any.</summary>
    public SendLink<Frame>? Target { get; set; }

    /// <summary>The link that it went out on last. Written under the gate of its table.</summary>
    public SendLink<Frame>? Link { get; set; }

    /// <summary>What the answer names; 0 while it is not under way. Written under the gate of its table.</summary>
    public uint Id { get; set; }

    /// <summary>The answer has come; the frame is the call's from now on. Called outside every gate, on any thread.</summary>
    public abstract void OnAnswer(Frame answer);

    /// <summary>The callee is gone. Called outside every gate, on any thread.</summary>
    public abstract void OnLost(Exception error, CallProgress progress);
}
