using System.Globalization;

namespace Viaduct.Tests.Support;

/// <summary>
/// How much tests by chance do. In the suite: a fixed number of cases from a fixed seed. With VIADUCT_EFFORT=N: N times as many from a seed that
/// is new each time, or the one of VIADUCT_SEED. The seed is in the test's output.
/// </summary>
internal static class Effort
{
    /// <summary>How many times as much as in the suite.</summary>
    public static int Factor { get; } = Number("VIADUCT_EFFORT") ?? 1;

    /// <summary>The number of cases where the suite does so many.</summary>
    public static int Cases(int usual) => (int)Math.Min(int.MaxValue, (long)usual * Factor);

    /// <summary>The seed where the suite takes that one.</summary>
    public static int Seed(int usual)
    {
        int seed = Number("VIADUCT_SEED") ?? (Factor == 1 ? usual : Environment.TickCount);
        Say($"VIADUCT_SEED={seed} VIADUCT_EFFORT={Factor}");
        return seed;
    }

    /// <summary>Adds a line to the test's output.</summary>
    public static void Say(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 ? number : null;
}
