using System.IO.MemoryMappedFiles;

namespace Viaduct.Tests.Support;

/// <summary>
/// What a process did, in a mapped file that outlives it: whatever it wrote before a kill -9 is there to be read. One thread writes; it
/// is read after the writer's death. Compiled into the child program too.
/// </summary>
public sealed unsafe class Ledger : IDisposable
{
    private const long Limit = 1 << 20;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly long* _words;

    /// <summary>Creates the file, or opens it.</summary>
    public Ledger(string path)
    {
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, null, (Limit + 1) * sizeof(long));
        _view = _file.CreateViewAccessor();
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _words = (long*)start;
    }

    /// <summary>Whether no more can be written. A process that fills it stops.</summary>
    public bool IsFull => *_words >= Limit - 64;

    /// <summary>Whether there is an entry; the writer may be alive.</summary>
    public static bool HasBegun(string path) => Count(path) > 0;

    /// <summary>How many entries there are; the writer may be alive.</summary>
    public static long Count(string path)
    {
        using var ledger = new Ledger(path);
        return Volatile.Read(ref *ledger._words);
    }

    /// <summary>What a process that is dead had written.</summary>
    public static IReadOnlyList<LedgerEntry> Read(string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        using var ledger = new Ledger(path);
        var entries = new LedgerEntry[*ledger._words];
        for (int i = 0; i < entries.Length; i++)
        {
            entries[i] = LedgerEntry.Unpack(ledger._words[i + 1]);
        }

        return entries;
    }

    /// <summary>Adds an entry: the entry first, then their number, so that a kill between leaves it out.</summary>
    public void Add(LedgerMark mark, long id, int attempt = 0, int socket = 0)
    {
        long count = *_words;
        _words[count + 1] = new LedgerEntry(mark, id, attempt, socket).Pack();
        Volatile.Write(ref *_words, count + 1);
    }

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
