using System.Globalization;
using System.Text.RegularExpressions;
using Viaduct.Tests.Cli;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Samples;

/// <summary>samples/CrashyPrintf.</summary>
public sealed class CrashyPrintfTests : ProgramTests
{
    /// <summary>With VIADUCT_EFFORT=250 they are a hundred thousand, and some minutes.</summary>
    [Fact]
    public async Task Every_call_is_answered_although_one_in_forty_kills_whoever_takes_it()
    {
        int calls = Effort.Cases(400);
        RunningProgram sample = Start("CrashyPrintf", calls.ToString(CultureInfo.InvariantCulture));
        await sample.SucceedAsync(Math.Max(30, 2 * calls * SecondsPerCall));
        Effort.Say(sample.OutputText);
        Match said = Regex.Match(
            sample.OutputText,
            @"^(\d+) calls in .* s, 0 wrong, (\d+) processes died of them\nthis process had (\d+) descriptors and (\d+) MiB before, (\d+) and (\d+) after\n(\d+) calls of a static method, 0 wrong, (\d+) processes died of them\nThe answer is 42 \(16 characters\)\n$");
        Assert.True(said.Success, sample.OutputText);
        Assert.Equal((calls, calls), (Number(said, 1), Number(said, 7)));
        AssertDeaths(calls, Number(said, 2));
        AssertDeaths(calls, Number(said, 8));

        // Whoever makes the calls has none the more of those that died of them.
        Assert.InRange(Number(said, 5), 0, Number(said, 3) + MoreDescriptors);
        Assert.InRange(Number(said, 6), 0, Number(said, 4) + MoreMegabytes);
    }

    /// <summary>What the runtime opens when it first needs it. Of the fewest calls that are made here ten processes die in the mean.</summary>
    private const int MoreDescriptors = 6;

    /// <summary>By so much such a program grows until all that it calls is compiled and its heap is as large as it needs, and then no more.</summary>
    private const int MoreMegabytes = 96;

    /// <summary>What a call takes at the most, in the mean, on a machine with other things to do: one in forty starts a process.</summary>
    private const double SecondsPerCall = 0.05;

    private static int Number(Match said, int group) => int.Parse(said.Groups[group].Value, CultureInfo.InvariantCulture);

    /// <summary>As many as chance has it: each call dies with one in forty, made again too. Six times the deviation is left on either side, but not none.</summary>
    private static void AssertDeaths(int calls, int deaths)
    {
        double mean = calls / 39.0;
        double most = 6 * Math.Sqrt(mean * 40 / 39);
        Assert.InRange(deaths, Math.Max(1, mean - most), mean + most);
    }
}
