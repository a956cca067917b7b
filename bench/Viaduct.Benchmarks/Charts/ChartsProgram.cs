using System.Text.Json;
using Viaduct.Benchmarks.Report;

namespace Viaduct.Benchmarks.Charts;

/// <summary><c>bench charts</c>: draws what a run has written as JSON, and puts its tables into a page.</summary>
internal static class ChartsProgram
{
    private const int Done = 0;
    private const int Failed = 1;
    private const int BadUsage = 2;

    public static int Run(IReadOnlyList<string> arguments)
    {
        try
        {
            return Run(ChartsOptions.Parse(arguments));
        }
        catch (ArgumentException error)
        {
            Console.Error.WriteLine(error.Message);
            Console.Error.WriteLine(BenchOptions.Usage);
            return BadUsage;
        }
        catch (Exception error) when (error is IOException or JsonException or InvalidDataException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(error.Message);
            return Failed;
        }
    }

    private static int Run(ChartsOptions options)
    {
        ResultFile results = ResultFile.Read(options.File);
        Directory.CreateDirectory(options.Directory);
        foreach ((string name, string svg) in ChartPlan.Draw(results))
        {
            string path = Path.Combine(options.Directory, name);
            File.WriteAllText(path, svg);
            Console.Out.WriteLine(path);
        }

        if (options.Page is not null)
        {
            foreach (IGrouping<string, ResultRow> figures in results.Rows.GroupBy(FiguresOf))
            {
                // Tables that nothing was measured for stay as they are.
                FiguresPage.Update(options.Page, figures.Key, figures.Key == FiguresPage.OfMicro ? MicroTable.Write(figures) : MarkdownTables.Write(figures));
            }

            Console.Out.WriteLine(options.Page);
        }

        return Done;
    }

    private static string FiguresOf(ResultRow row) => row switch
    {
        { IsOfMicro: true } => FiguresPage.OfMicro,
        { IsOfCalls: true } => FiguresPage.OfCalls,
        { Sharing: not null } => FiguresPage.OfSharing,
        { Pinned: false } => FiguresPage.OfUnpinned,
        _ => FiguresPage.OfMessages,
    };
}
