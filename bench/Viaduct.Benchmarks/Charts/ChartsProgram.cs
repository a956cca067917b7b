namespace Viaduct.Benchmarks.Charts;

internal static class ChartsProgram
{
    public static int Run(string[] arguments) => 0;
}
