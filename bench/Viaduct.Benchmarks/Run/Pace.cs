namespace Viaduct.Benchmarks.Run;

/// <summary>How long and how often everything is measured.</summary>
/// <param name="Repetitions">Of each contestant; medians are taken over them.</param>
/// <param name="Pass">How long one repetition of one workload takes.</param>
/// <param name="WarmUp">How long each workload runs before it counts: tiered compilation needs calls and time.</param>
internal sealed record Pace(int Repetitions, TimeSpan Pass, TimeSpan WarmUp)
{
    public static Pace Full { get; } = new(5, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(700));

    public static Pace Quick { get; } = new(5, TimeSpan.FromMilliseconds(25), TimeSpan.FromMilliseconds(300));
}
