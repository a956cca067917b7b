using System.Runtime.InteropServices;
using Viaduct.Rpc;
using Viaduct.Supervision;

namespace Viaduct.Tests.Isolating;

/// <summary>An existing class of imported methods and of others, as programs have them. Nothing in it knows that it is isolated but the attribute.</summary>
[Isolated(MaxAttempts = 2, TimeoutMilliseconds = 60_000)]
internal static partial class Native
{
    private static int s_calls;

    [InProcess]
    internal static string Greeting { get; set; } = "here";

    [LibraryImport("libc", EntryPoint = "snprintf", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Print(Span<byte> buffer, nuint size, string format, int value);

    [LibraryImport("libc", EntryPoint = "strlen", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint LengthOf(string text);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "strlen")]
    private static partial nint LengthAt(nint address);

    internal static int ProcessId() => Environment.ProcessId;

    internal static int Crash() => (int)LengthAt(1);

    [Idempotent]
    internal static int CrashOnce(string file)
    {
        if (File.Exists(file))
        {
            return 7;
        }

        File.WriteAllText(file, "");
        return Crash();
    }

    [InProcess]
    internal static int Here() => Environment.ProcessId;

    /// <summary>Runs where its caller is, and what it calls does not.</summary>
    [InProcess]
    internal static (int Here, int There) Both() => (Environment.ProcessId, ProcessId());

    internal static (int Caller, int Called) Nested() => (Environment.ProcessId, ProcessId());

    internal static string Add(int a) => $"one {a}";

    internal static string Add(string a) => $"text {a}";

    internal static string Add(int a, int b = 5) => $"two {a} {b}";

    internal static int Sum(params int[] numbers) => numbers.Sum();

    internal static int Sort(int[]? numbers, [In] int[]? kept)
    {
        Array.Sort(numbers ?? []);
        Array.Reverse(kept ?? []);
        return numbers?.Length ?? -1;
    }

    internal static void Split(nint whole, out nint half, ref nuint rest, in int step)
    {
        half = whole / 2;
        rest = (nuint)whole - rest + (nuint)step;
    }

    internal static string Twice(this string text) => text + text;

    internal static async Task<int> SumAsync(IAsyncEnumerable<int> numbers, CancellationToken cancellationToken)
    {
        int sum = 0;
        await foreach (int number in numbers.WithCancellation(cancellationToken))
        {
            sum += number;
        }

        return sum;
    }

    internal static int Count() => ++s_calls;

    internal static void Fail() => throw new InvalidTimeZoneException("what for");

    internal static string GreetingThere() => Greeting;
}
