using Viaduct.Rpc;

namespace Viaduct.Benchmarks.Isolation;

/// <summary>A service whose process can be killed by a call, once.</summary>
[Service]
internal interface IFragile
{
    int ProcessId();

    /// <summary>Reads where nothing is if the process is <paramref name="victim"/>; another one answers with its number.</summary>
    [Idempotent]
    int Crash(int victim);
}
