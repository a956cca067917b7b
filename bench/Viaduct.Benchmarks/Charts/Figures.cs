using System.Globalization;
using Viaduct.Benchmarks.Plan;
using Viaduct.Benchmarks.Report;

namespace Viaduct.Benchmarks.Charts;

/// <summary>How charts and pages name systems and write numbers.</summary>
internal static class Figures
{
    /// <summary>Three digits that mean something.</summary>
    public static string Significant(double value) => value switch
    {
        0 => "0",
        >= 100 => value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        >= 1 => value.ToString("0.00", CultureInfo.InvariantCulture),
        >= 0.001 => value.ToString("0.000", CultureInfo.InvariantCulture),
        _ => value.ToString("0.00000", CultureInfo.InvariantCulture),
    };

    /// <summary>A contestant's name, with how it waits where that sets it apart.</summary>
    public static string NameOf(ResultRow row)
    {
        string name = row.System == Contestant.ViaductSystem ? "Viaduct" : row.System;
        string variant = row.Variant is null ? "" : $", {row.Variant}";
        return $"{name}{variant}, {row.Wait}";
    }

    public static SeriesKind KindOf(ResultRow row) => row.System switch
    {
        Contestant.LimitSystem => SeriesKind.Limit,
        Contestant.ViaductSystem => SeriesKind.Own,
        _ => SeriesKind.Peer,
    };
}
