namespace Viaduct.Model.Running;

/// <summary>The kinds of <see cref="Input"/>.</summary>
internal enum InputKind
{
    /// <summary>The value of a word.</summary>
    Value,

    /// <summary>Nothing: the pause is over.</summary>
    Go,

    /// <summary>A sleep ended, or did not begin.</summary>
    Awake,

    /// <summary>Another thread of the process brings the news of a death, here and in one go.</summary>
    Loss,

    /// <summary>The same of the news that a process is dying.</summary>
    Mark,
}
