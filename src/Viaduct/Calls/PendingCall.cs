using Viaduct.Links;

namespace Viaduct.Calls;

/// <summary>A call that was begun and waits for its answer. Whoever takes it out of its table ends it, so that happens once.</summary>
internal abstract class PendingCall
{
    /// <summary>Whether it has ended. May be asked by any thread.</summary>
    public abstract bool IsDone { get; }

    /// <summary>Whether no thread waits for its answer. Asked only by who has taken it out of its table.</summary>
    public virtual bool IsAwaited => false;

    /// <summary>The only link that it may go out on; null = any.</summary>
    public SendLink<Frame>? Target { get; set; }

    /// <summary>Whether it is work for its callee, and not a call that only makes that ready, or asks whether it is there.</summary>
    public bool IsWork { get; set; } = true;

    /// <summary>
    /// A frame for the next answer; null for none. It has one owner: of a call that is awaited whoever has taken that out of its table, of another the thread that waits, which
    /// takes answers of others with it. Nobody else looks at it.
    /// </summary>
    public Frame? Ready;

    /// <summary>The link that it went out on last. Written under the gate of its table.</summary>
    public SendLink<Frame>? Link { get; set; }

    /// <summary>What the answer names; 0 while it is not under way. Written under the gate of its table.</summary>
    public uint Id { get; set; }

    /// <summary>Whether it may wait in a line before it goes out; otherwise it has a <see cref="Link"/> as soon as it was begun.</summary>
    public virtual bool MayWait => true;

    /// <summary>Whether it does no harm if two callees carry it out, even at the same time: it need not wait for the first one's end.</summary>
    public virtual bool MayRepeat => false;

    /// <summary>Which calls it overtakes while it waits: those with less.</summary>
    public virtual int Priority => 0;

    /// <summary>By when it must be over; <see cref="long.MaxValue"/> = whenever.</summary>
    public virtual long Deadline => long.MaxValue;

    /// <summary>Its frame while it waits in a line. This and the next two are the line's.</summary>
    public Frame? Waiting { get; set; }

    /// <summary>When it came into the line.</summary>
    public ulong Arrival { get; set; }

    /// <summary>Where it lies in the line.</summary>
    public int Place { get; set; }

    /// <summary>It has waited in a line, and its frame goes out now. Called under the gate, on any thread.</summary>
    public virtual void OnTurn()
    {
    }

    /// <summary>The answer has come; the frame is the call's from now on. Called outside every gate, on any thread.</summary>
    public abstract void OnAnswer(Frame answer);

    /// <summary>The callee is gone. Called outside every gate, on any thread.</summary>
    public abstract void OnLost(Exception error, CallProgress progress);
}
