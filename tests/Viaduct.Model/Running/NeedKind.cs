namespace Viaduct.Model.Running;

/// <summary>What a process stops for.</summary>
internal enum NeedKind
{
    /// <summary>The value of a word.</summary>
    Read,

    /// <summary>To sleep while words have certain values.</summary>
    Wait,

    /// <summary>That a word is zero; it spins till then.</summary>
    Zero,

    /// <summary>The same, and it makes it one in the same step, with an empty store buffer.</summary>
    Lock,

    /// <summary>To know whether the others ended or died.</summary>
    Rest,

    /// <summary>Nothing: it is between two operations, where it is no more than its objects.</summary>
    Pause,

    /// <summary>Nothing: it ended.</summary>
    Done,

    /// <summary>Nothing: it found something wrong.</summary>
    Failed,
}
