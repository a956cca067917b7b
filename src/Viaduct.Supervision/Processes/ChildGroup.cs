namespace Viaduct.Supervision;

/// <summary>What a child leads; whatever it starts belongs to that too, unless it leaves, and ends with it.</summary>
public enum ChildGroup
{
    /// <summary>A process group of its own in the parent's session: the terminal's Ctrl+C does not reach it, so that its parent can stop it in order.</summary>
    Group,

    /// <summary>A session of its own, without a terminal.</summary>
    Session,
}
