namespace Viaduct.Model.Running;

/// <summary>What a process does between two looks at what others wrote.</summary>
internal enum StepKind
{
    /// <summary>Puts a value into the store buffer.</summary>
    Store,

    /// <summary>Orders stores.</summary>
    WriteFence,

    /// <summary>Waits until the store buffer is empty.</summary>
    Fence,

    /// <summary>Waits until every store buffer is empty.</summary>
    Barrier,

    /// <summary>Adds to a word as one step, with an empty store buffer.</summary>
    Add,

    /// <summary>Wakes who sleeps on a word.</summary>
    Wake,
}
