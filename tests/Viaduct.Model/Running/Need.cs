namespace Viaduct.Model.Running;

/// <summary>What a process can't go on without.</summary>
internal sealed class Need
{
    /// <summary>What it is.</summary>
    public required NeedKind Kind { get; init; }

    /// <summary>The word to be read.</summary>
    public int Word { get; init; }

    /// <summary>The words to sleep on.</summary>
    public SleepWord[] Words { get; init; } = [];

    /// <summary>Where it stops.</summary>
    public Site Site { get; init; }

    /// <summary>At a pause, all that its further course depends on.</summary>
    public string Key { get; init; } = "";

    /// <summary>What went wrong.</summary>
    public string Failure { get; init; } = "";

    /// <summary>Whether the news of a death can come here.</summary>
    public bool TakesNews { get; set; }

    /// <summary>Whether the news that somebody is dying can.</summary>
    public bool TakesMark { get; set; }
}
