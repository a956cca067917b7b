using System.Diagnostics;
using System.Globalization;
using Viaduct.Rpc;
using Viaduct.Supervision;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>
/// Many calls, one in forty of which kills whoever carries it out: no wrong answer, no hang, and none that must not be is carried out twice, as the callee's own books
/// tell. With <c>VIADUCT_EFFORT=125</c> 100,000 calls and 2,500 crashes.
/// </summary>
public sealed class CrashTrialTests
{
    private const int Callers = 4;
    private const int CallsOfOneCrash = 40;

    [Fact]
    public async Task Calls_that_crash_give_no_wrong_answer_do_not_hang_and_are_not_carried_out_twice()
    {
        int calls = Effort.Cases(800);
        using TemporaryDirectory directory = TemporaryDirectory.Create();
        await using var distance = new Distance(DistanceKind.Thread);
        var outcomes = new Outcome[calls];
        var clock = Stopwatch.StartNew();
        int crashes = 0;
        await using (Isolated<IBooks> books = distance.Near.Isolate<IBooks, Books>(new IsolateOptions { Instances = 2, Standbys = 2, Timeout = Patience.Limit }))
        {
            books.WorkerExited += (_, reason) => Interlocked.Add(ref crashes, reason.Kind == ExitKind.Signaled ? 1 : 0);
            int next = -1;
            Task[] callers = [.. Enumerable.Range(0, Callers).Select(_ => Background.Run(() =>
            {
                for (int number = Interlocked.Increment(ref next); number < calls; number = Interlocked.Increment(ref next))
                {
                    outcomes[number] = Call(books.Service, directory.Path, number);
                }
            }))];
            await Task.WhenAll(callers);
            await Waiting.Until(() => Volatile.Read(ref crashes) == calls / CallsOfOneCrash);
        }

        int[] written = [.. Directory.EnumerateFiles(directory.Path, "*.book").SelectMany(File.ReadLines).Select(static line => int.Parse(line, CultureInfo.InvariantCulture))];
        ILookup<int, int> byNumber = written.ToLookup(static number => number);
        for (int number = 0; number < calls; number++)
        {
            (bool isBooked, CrashMoment crash) = Kind(number);
            Assert.Equal(crash is CrashMoment.Before or CrashMoment.After ? Outcome.Unknown : Outcome.Right, outcomes[number]);
            Assert.Equal(isBooked && crash != CrashMoment.Before ? 1 : 0, byNumber[number].Count());
        }

        Effort.Say($"{calls} calls, {calls / CallsOfOneCrash} crashes, {outcomes.Count(static one => one == Outcome.Unknown)} in doubt, {written.Length} written down, {clock.Elapsed.TotalSeconds:0} s");
    }

    /// <summary>What a call is to do: one in forty crashes, in turns before and after it has written something down, and once of those that may be repeated.</summary>
    private static (bool IsBooked, CrashMoment Crash) Kind(int number)
    {
        CrashMoment crash = number % CallsOfOneCrash == CallsOfOneCrash / 2 ? (CrashMoment)(1 + (number / CallsOfOneCrash % 3)) : CrashMoment.Never;
        return (crash is CrashMoment.Before or CrashMoment.After || (crash == CrashMoment.Never && number % 2 == 0), crash);
    }

    private static Outcome Call(IBooks books, string folder, int number)
    {
        (bool isBooked, CrashMoment crash) = Kind(number);
        try
        {
            int answer = isBooked ? books.Book(folder, number, crash) : books.Look(folder, number, crash);
            return answer == Books.Answer(number) ? Outcome.Right : Outcome.Wrong;
        }
        catch (OutcomeUnknownException)
        {
            return Outcome.Unknown;
        }
    }

    private enum Outcome
    {
        None,
        Right,
        Wrong,
        Unknown,
    }
}
