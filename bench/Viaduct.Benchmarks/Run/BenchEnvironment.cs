using System.Net;
using System.Net.Sockets;
using Viaduct.Benchmarks.Machine;

namespace Viaduct.Benchmarks.Run;

/// <summary>What all runners of one run share. Disposing removes every file that the run made.</summary>
internal sealed class BenchEnvironment : IDisposable
{
    private int _directories;

    public BenchEnvironment(Pace pace, bool pinned)
    {
        Pace = pace;
        Cores = pinned ? CorePair.Choose() : CorePair.None;
        // Short, for the paths of Unix sockets are.
        Root = Directory.CreateTempSubdirectory("vb-").FullName;
        Native = new NativePrograms(Path.Combine(Root, "native"));
    }

    public Pace Pace { get; }

    public CorePair Cores { get; }

    public NativePrograms Native { get; }

    private string Root { get; }

    /// <summary>An empty directory for one pair of sides.</summary>
    public string NewDirectory() =>
        Directory.CreateDirectory(Path.Combine(Root, Interlocked.Increment(ref _directories).ToString(provider: null))).FullName;

    /// <summary>Two ports that nobody listened on a moment ago.</summary>
    public static (int A, int B) FreePorts()
    {
        using var a = new TcpListener(IPAddress.Loopback, 0);
        using var b = new TcpListener(IPAddress.Loopback, 0);
        a.Start();
        b.Start();
        return (((IPEndPoint)a.LocalEndpoint).Port, ((IPEndPoint)b.LocalEndpoint).Port);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
