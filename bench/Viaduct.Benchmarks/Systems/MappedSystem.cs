using System.Diagnostics;
using System.IO.MemoryMappedFiles;
using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>
/// What one would write by hand: a memory-mapped file with a ring there and one back, polled. It knows nothing of a peer's death, of
/// waiting or of messages of different lengths.
/// </summary>
internal sealed class MappedSystem : IBenchSystem
{
    public const string Key = "mapped";

    private static readonly TimeSpan s_openTimeout = TimeSpan.FromSeconds(10);

    private readonly WorkerArguments _arguments;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    public MappedSystem(WorkerArguments arguments)
    {
        _arguments = arguments;
        string path = Path.Combine(arguments.Directory, "rings");
        if (arguments.Role == Role.A)
        {
            // Named only when it has its length: side B maps what it finds.
            string making = path + ".new";
            using (FileStream file = File.Create(making))
            {
                file.SetLength(2 * RingBytes);
            }

            File.Move(making, path);
        }

        long began = Stopwatch.GetTimestamp();
        while (!File.Exists(path) && Stopwatch.GetElapsedTime(began) < s_openTimeout)
        {
            Thread.Sleep(1);
        }

        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open);
        _view = _file.CreateViewAccessor();
    }

    private long RingBytes => MappedRing.BytesFor(Depth.For(_arguments.Size), _arguments.Size);

    public unsafe Side Open(Role role)
    {
        // Never released: the process ends with the measurement.
        byte* memory = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref memory);
        int slots = Depth.For(_arguments.Size);
        var there = new MappedRing(memory, slots, _arguments.Size);
        var back = new MappedRing(memory + RingBytes, slots, _arguments.Size);
        var content = new Content(_arguments.Touched);
        MappedEnd end = role == Role.A ? new MappedEnd(there, back, content) : new MappedEnd(back, there, content);
        return new SyncSide<MappedEnd>(role, end, this);
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
