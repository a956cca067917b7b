namespace Viaduct.Model.Running;

/// <summary>A few processes that do something together, small enough that every course of it can be looked at.</summary>
internal abstract class Scenario
{
    /// <summary>Its memory.</summary>
    public Layout Layout { get; } = new();

    /// <summary>Processes, at most three.</summary>
    public virtual int Processes => 2;

    /// <summary>Whether a process may be killed: at any step, one process of a course.</summary>
    public virtual bool MayDie(int process) => false;

    /// <summary>
    /// Whether a killed process is marked as dying first, as the kernel marks its life word: others may hear of that while threads of it still run, and
    /// of its end only when none does.
    /// </summary>
    public virtual bool MarksFirst => false;

    /// <summary>Whether a process has all store buffers emptied.</summary>
    public virtual bool HasBarriers => false;

    /// <summary>Whether it does something wrong itself.</summary>
    public virtual bool IsDefective => false;

    /// <summary>Makes a process's objects over its view of the memory, which is zeroed but for what others own, and tells what it does with them.</summary>
    public abstract unsafe Course Start(int process, byte* memory);

    public override string ToString() => GetType().Name;
}
