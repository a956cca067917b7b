using Viaduct.Cli.Demo.Input;
using Viaduct.Cli.Demo.Work;

namespace Viaduct.Cli.Demo.Reporting;

/// <summary>Everything that the demo found, as JSON shows it.</summary>
/// <param name="Input">What was read.</param>
/// <param name="Kind">How it became events: files, lines or csv.</param>
/// <param name="Files">How many files it has.</param>
/// <param name="Reference">The single-threaded result.</param>
/// <param name="Runs">The runs in their order.</param>
/// <param name="Identical">Whether every run had the reference's result, and lost nothing.</param>
internal sealed record DemoReport(
    string Input, string Kind, int Files, ReferenceResult Reference, IReadOnlyList<RunReport> Runs, bool Identical)
{
    /// <summary>Makes the report.</summary>
    /// <param name="plan">What was read.</param>
    /// <param name="reference">The single-threaded result.</param>
    /// <param name="runs">The runs.</param>
    public static DemoReport Of(InputPlan plan, ReferenceResult reference, IReadOnlyList<RunReport> runs)
    {
        bool identical = runs.All(run => run.Lost == 0 && run.Result == reference.Result && run.Messages == reference.Messages);
        return new DemoReport(plan.Source, plan.Kind.ToString().ToLowerInvariant(), plan.Files.Count, reference, runs, identical);
    }
}
