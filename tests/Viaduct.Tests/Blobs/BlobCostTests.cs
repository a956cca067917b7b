using System.Globalization;
using System.IO.MemoryMappedFiles;
using Viaduct.Supervision;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Blobs;

/// <summary>What is paid once and not for each blob. Counts what the whole process has.</summary>
[Collection(Collections.Alone)]
public sealed class BlobCostTests
{
    private const int Length = 100_000;
    private const int Page = 4096;

    /// <summary>What runtimes open and close by themselves meanwhile.</summary>
    private const int Noise = 4;

    [Fact]
    public async Task A_peer_is_handed_memory_once_and_no_descriptor_for_each_blob()
    {
        await using var distance = new Distance(DistanceKind.SharedMemory);
        await using Isolated<IDarkroom> worker = distance.Near.Isolate<IDarkroom, Darkroom>(new IsolateOptions { Standbys = 0 });
        await worker.WaitForWorkersAsync(1, Patience.Token).Within();
        int there = await Background.Run(worker.Service.Process).Within();
        void Call(int times)
        {
            for (int i = 0; i < times; i++)
            {
                using Blob image = Blob.Allocate(Length);
                worker.Service.Invert(image);
                Assert.Equal(255L * Length, worker.Service.Sum(image));
                using Blob developed = worker.Service.Develop(Length, 3);
                Assert.Equal(3L * Length, Darkroom.SumOf(developed.ReadOnlySpan));
            }
        }

        await Background.Run(() => Call(50)).Within();
        (int here, int elsewhere, long copied) = (Footprint.Descriptors().Count, Footprint.DescriptorsOf(there), distance.Near.Report().Memory.BlobBytesCopied);
        await Background.Run(() => Call(1000)).Within();
        Assert.InRange(Footprint.Descriptors().Count, 0, here + Noise);
        Assert.InRange(Footprint.DescriptorsOf(there), elsewhere - Noise, elsewhere + Noise);
        Assert.Equal(copied, distance.Near.Report().Memory.BlobBytesCopied);
    }

    /// <summary>Counted in faults of the thread that writes: a page that is not there yet costs it one.</summary>
    [Fact]
    public unsafe void Memory_of_a_blob_is_there_before_it_is_written()
    {
        const int length = 64 << 20;
        Assert.InRange(FaultsOf(new byte[Page]), 0, length / Page / 16);
        using var file = MemoryMappedFile.CreateNew(null, length);
        using MemoryMappedViewAccessor view = file.CreateViewAccessor();
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        long unprepared = FaultsOf(new Span<byte>(start, length));
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        Assert.SkipWhen(unprepared < length / Page / 2, $"Writing memory that is not there costs only {unprepared} faults here.");

        using Blob blob = Blob.AllocateUninitialized(length);
        Assert.InRange(FaultsOf(blob.Span), 0, 16);
    }

    private static long FaultsOf(Span<byte> memory)
    {
        long before = Faults();
        for (int i = 0; i < memory.Length; i += Page)
        {
            memory[i] = 1;
        }

        return Faults() - before;
    }

    /// <summary>The minor faults of this thread so far: field 10 of proc_pid_stat(5).</summary>
    private static long Faults()
    {
        string text = File.ReadAllText("/proc/thread-self/stat");
        return long.Parse(text[(text.LastIndexOf(')') + 2)..].Split(' ')[7], CultureInfo.InvariantCulture);
    }
}
