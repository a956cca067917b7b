namespace Viaduct.Model.Running;

/// <summary>
/// What a seeded bug does to the accesses of the product's code; the code itself has no switches. Accesses are told by where they stand,
/// as in <c>RecordRing.Publish</c>, and which word they touch, as in <c>ring+*</c> or <c>sender.Oldest</c>.
/// </summary>
internal sealed record Defect
{
    /// <summary>Nothing is wrong.</summary>
    public static readonly Defect None = new();

    /// <summary>What is wrong, in words.</summary>
    public string Name { get; init; } = "none";

    /// <summary>Steps that are left out.</summary>
    public Func<Step, string, bool>? Drop { get; init; }

    /// <summary>Stores that come late: after the next <see cref="Until"/>.</summary>
    public Func<Step, string, bool>? Postpone { get; init; }

    /// <summary>What they come after.</summary>
    public Func<Step, string, bool>? Until { get; init; }

    /// <summary>Releases that order nothing.</summary>
    public Func<Step, string, bool>? Demote { get; init; }

    /// <summary>Where a load always finds zero.</summary>
    public string Hidden { get; init; } = "";

    /// <summary>The word to sleep on is read when the wait has been announced, not before.</summary>
    public bool RereadsAfterAnnouncing { get; init; }

    public bool Drops(Layout layout, in Step step) => Drop is not null && Drop(step, Describe(layout, step));

    public bool Demotes(Layout layout, in Step step) => Demote is not null && Demote(step, Describe(layout, step));

    public bool Postpones(Layout layout, in Step step) => Postpone is not null && Postpone(step, Describe(layout, step));

    public bool PostponesUntil(Layout layout, in Step step) => Until is not null && Until(step, Describe(layout, step));

    public bool Hides(Site site) => Hidden.Length > 0 && site.Is(Hidden);

    public override string ToString() => Name;

    private static string Describe(Layout layout, in Step step) => step.Mask == 0 ? "" : layout.Describe(step.Word);
}
