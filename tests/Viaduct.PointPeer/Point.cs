using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Viaduct.PointPeer;

/// <summary>
/// A place in the product's code at which others may notice that the process is gone: an access to shared memory or a call of the system, named
/// by the member that it stands in and what it does.
/// </summary>
internal readonly partial record struct Point(string Member, string What)
{
    private static ConcurrentDictionary<Point, int>? s_passed;
    private static volatile bool s_isArmed;
    private static string s_armed = "";
    private static int s_left;

    /// <summary>From now on, notes which points are passed and how often.</summary>
    public static void Record() => s_passed = new ConcurrentDictionary<Point, int>();

    /// <summary>What was passed since then, a point and a number each.</summary>
    public static IEnumerable<string> Recorded() =>
        // A copy first: other threads go on passing some.
        s_passed!.ToArray().OrderBy(static passed => passed.Key.ToString(), StringComparer.Ordinal).Select(static passed => $"{passed.Value} {passed.Key}");

    /// <summary>The process kills itself, in the thread that it is, when the point is passed for the so-manieth time from now.</summary>
    public static void Arm(string point, int count)
    {
        (s_armed, s_left) = (point, count);
        s_isArmed = true;
    }

    /// <summary>Called at each point.</summary>
    public static void Pass(string what, string file, string member)
    {
        if (s_passed is { } passed)
        {
            passed.AddOrUpdate(Of(what, file, member), 1, static (_, count) => count + 1);
        }

        if (s_isArmed && s_armed == Of(what, file, member).ToString() && Interlocked.Decrement(ref s_left) == 0)
        {
            _ = kill(Environment.ProcessId, 9);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Member} {What}";

    private static Point Of(string what, string file, string member) => new($"{Path.GetFileNameWithoutExtension(file)}.{member}", what);

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);
}
