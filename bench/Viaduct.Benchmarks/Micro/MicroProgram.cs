using System.Text.Json;
using BenchmarkDotNet.Parameters;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using Viaduct.Benchmarks.Plan;
using Viaduct.Benchmarks.Report;

namespace Viaduct.Benchmarks.Micro;

/// <summary><c>bench micro</c>: BenchmarkDotNet, and its results as lines of the same kind as the bench's.</summary>
internal static class MicroProgram
{
    private const string JsonOption = "--json";
    private const string Suffix = "Benchmarks";

    public static int Run(IReadOnlyList<string> arguments)
    {
        List<string> rest = [.. arguments];
        string? file = null;
        if (rest.IndexOf(JsonOption) is >= 0 and int index)
        {
            if (index + 1 == rest.Count)
            {
                Console.Error.WriteLine($"'{JsonOption}' needs a value");
                return 2;
            }

            file = Path.GetFullPath(rest[index + 1]);
            rest.RemoveRange(index, 2);
        }

        Summary[] summaries = [.. BenchmarkSwitcher.FromAssembly(typeof(MicroProgram).Assembly).Run([.. rest])];
        if (file is not null)
        {
            File.AppendAllLines(file, summaries
                .SelectMany(static summary => summary.Reports)
                .Where(static report => report.ResultStatistics is not null)
                .Select(static report => JsonSerializer.Serialize(RowOf(report), BenchJson.Default.ResultRow)));
        }

        return 0;
    }

    private static ResultRow RowOf(BenchmarkReport report)
    {
        BenchmarkCase benchmark = report.BenchmarkCase;
        string type = benchmark.Descriptor.Type.Name;
        IEnumerable<ParameterInstance> others = benchmark.Parameters.Items.Where(static item => item.Name != nameof(SelectBenchmarks.SharedMemory));
        string name = $"{(type.EndsWith(Suffix, StringComparison.Ordinal) ? type[..^Suffix.Length] : type)}.{benchmark.Descriptor.WorkloadMethod.Name}";
        return new ResultRow(
            Contestant.ViaductSystem,
            string.Join(", ", [name, .. others.Select(static item => $"{item.Name} {item.Value}")]),
            Names.Of(benchmark.Parameters[nameof(SelectBenchmarks.SharedMemory)] is true ? Distance.Process : Distance.Thread),
            Pattern: ResultRow.Micro,
            Workload: ResultRow.Micro,
            Size: 0,
            Wait: "",
            Touched: true,
            Pinned: false,
            P50: report.ResultStatistics!.Median,
            AllocatedBytesPerMessage: report.GcStats.GetBytesAllocatedPerOperation(benchmark));
    }
}
