using System.Diagnostics;
using System.Text;
using CrashyPrintf;
using Viaduct;
using Viaduct.Rpc;
using Viaduct.Supervision;

int calls = args is [var count] ? int.Parse(count) : 1000;
await using var node = Node.Join(new NodeOptions { LocalDiscovery = false });

// By chance even a good call meets three crashes in a row now and then; only after ten is it taken for the cause of them.
await using var printf = node.Isolate<IPrintf, LibcPrintf>(new IsolateOptions { Retry = new RetryPolicy { MaxAttempts = 10 } });

// One process serves, another one stands by, and there is memory for blobs.
string text = FormatBlob(printf.Service, 42);
await printf.WaitForWorkersAsync(2);
var before = Held();

var clock = Stopwatch.StartNew();
int wrong = 0;
for (int i = 0; i < calls; i++)
{
    // Both ways to have bytes filled: memory of the caller's own, and memory that the processes share.
    string answer = i % 2 == 0 ? Format(printf.Service, i) : FormatBlob(printf.Service, i);
    if (answer != $"The answer is {i}")
        wrong++;
}

Console.WriteLine($"{calls} calls in {clock.Elapsed.TotalSeconds:0.0} s, {wrong} wrong, {printf.Started - printf.Workers.Count} processes died of them");
await printf.WaitForWorkersAsync(2);
var after = Held();
Console.WriteLine($"this process had {before.Descriptors} descriptors and {before.Megabytes} MiB before, {after.Descriptors} and {after.Megabytes} after");
Console.WriteLine(Existing.Run(calls));
Console.WriteLine($"{text} ({text.Length} characters)");
return wrong == 0 ? 0 : 1;

// But for assemblies, which the runtime opens when it first needs them.
static (int Descriptors, long Megabytes) Held() =>
    (Directory.GetFileSystemEntries("/proc/self/fd").Count(entry => Path.GetExtension(new FileInfo(entry).LinkTarget) != ".dll"), Environment.WorkingSet >> 20);

static string Format(IPrintf printf, int value)
{
    Span<byte> buffer = stackalloc byte[64];
    int length = printf.Format(buffer, "The answer is %d", value);
    return Encoding.ASCII.GetString(buffer[..length]);
}

static string FormatBlob(IPrintf printf, int value)
{
    using Blob buffer = Blob.Allocate(64);
    int length = printf.FormatBlob(buffer, "The answer is %d", value);
    return Encoding.ASCII.GetString(buffer.ReadOnlySpan[..length]);
}
