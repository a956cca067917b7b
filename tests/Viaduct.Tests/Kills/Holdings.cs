using Viaduct.Tests.Support;

namespace Viaduct.Tests.Kills;

/// <summary>What the survivor's process holds, and what lies in the places that all processes share.</summary>
internal sealed record Holdings(int Descriptors, int MemoryFiles, int Threads, long Shared, long Mapped, long InUse, string Files, string SharedMemory)
{
    public static Holdings Of(Distance distance)
    {
        MemoryReport[] memory = [.. new[] { distance.Near, distance.Far }.Distinct().Select(node => node.Report().Memory)];
        return new Holdings(
            Footprint.Descriptors().Count,
            Footprint.MemoryFiles().Count,
            Footprint.ProductThreads(),
            memory.Sum(report => report.SharedBytes),
            memory.Sum(report => report.MappedBytes),
            memory.Sum(report => report.PoolBytesInUse),
            string.Join(',', distance.Directories.SelectMany(directory => directory.Files())),
            string.Join(',', Footprint.SharedMemory()));
    }

    /// <summary>Whether it is no more than it was; of what caches hold, a little more, but less than one for each kill. Of threads, those that the product starts.</summary>
    public bool IsBackAt(Holdings before) =>
        Descriptors <= before.Descriptors + 3
        && MemoryFiles <= before.MemoryFiles + 3
        && Threads <= before.Threads
        && Shared <= before.Shared + (4 << 20)
        && Mapped <= before.Mapped
        && InUse <= before.InUse
        && Files == before.Files
        && SharedMemory.Split(',').Except(before.SharedMemory.Split(',')).All(static entry => entry.Length == 0);
}
