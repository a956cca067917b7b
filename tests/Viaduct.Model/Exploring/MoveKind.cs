namespace Viaduct.Model.Exploring;

/// <summary>What can happen next.</summary>
internal enum MoveKind
{
    /// <summary>A store becomes visible.</summary>
    Drain,

    /// <summary>A word is read.</summary>
    Read,

    /// <summary>A step is taken that others see at once.</summary>
    Step,

    /// <summary>A process goes to sleep.</summary>
    Sleep,

    /// <summary>A process finds that it need not sleep.</summary>
    Wake,

    /// <summary>A process sees how the others ended.</summary>
    Rest,

    /// <summary>A process hears of a death.</summary>
    Hear,

    /// <summary>A process is marked as dying.</summary>
    Mark,

    /// <summary>A process hears that another is dying.</summary>
    HearMark,

    /// <summary>A process is killed.</summary>
    Kill,
}
