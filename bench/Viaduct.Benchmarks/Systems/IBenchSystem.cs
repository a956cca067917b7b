using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>What both sides share within a process: opens the sides, each on the thread that will run it.</summary>
internal interface IBenchSystem : IDisposable
{
    /// <summary>Opens and connects one side. The other is opened at the same time, on another thread or in another process.</summary>
    Side Open(Role role);
}
