namespace Viaduct.Benchmarks.Plan;

/// <summary>Contestants on the same work, measured in turns within the same seconds, so that their ratios mean something.</summary>
internal sealed record Group(Distance Distance, Pattern Pattern, int Size, IReadOnlyList<Contestant> Contestants)
{
    public string Title => $"{Names.Of(Pattern)}, {Names.Of(Distance)}, {Names.OfSize(Size)}";
}
