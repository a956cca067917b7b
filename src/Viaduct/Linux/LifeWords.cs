using System.Runtime.InteropServices;

namespace Viaduct.Linux;

/// <summary>The earliest sign of a process's death: words that the kernel marks when it dies (the robust futex list).</summary>
/// <remarks>
/// <para>The dedicated thread owns the list and sleeps for ever, so the kernel walks it exactly when the process dies, by whatever cause, before
/// its memory is torn down. Entries are linked by any thread, but so that the list can be walked at every instant.</para>
/// <para>Each peer gets a word of its own because the kernel wakes one sleeper a word. It does not matter that peers can sleep on
/// each other's words: that costs a peer the early sign, and the end of its socket still comes.</para>
/// </remarks>
internal static unsafe class LifeWords
{
    /// <summary>The words of the life file; the kernel walks no more entries than this (ROBUST_LIST_LIMIT).</summary>
    internal const int Count = 2048;

    /// <summary>The bytes from one word to the next.</summary>
    internal const int Stride = 8;

    private static readonly Lock s_gate = new();

    /// <summary>The slots that are free, a ring in the order in which they became so: the longer a slot rests, the surer its last watcher is gone.</summary>
    private static readonly int[] s_free = AllSlots();
    private static int s_firstFree;
    private static int s_freeCount = Count;

    /// <summary>The generation that holds a slot; zero = free.</summary>
    private static readonly uint[] s_holders = new uint[Count];

    /// <summary>The entry before a linked one; -1 = the head.</summary>
    private static readonly int[] s_previous = new int[Count];

    /// <summary>The process's life; started at the first use.</summary>
    private static Life? s_life;
    private static object? s_lifeGate;

    private static uint s_lastGeneration;

    /// <summary>This process's life file, for peers to map; word <c>i</c> is at <c>i * Stride</c>.</summary>
    internal static SharedMemoryFile File => Started.File;

    private static Life Started => LazyInitializer.EnsureInitialized(ref s_life, ref s_lifeGate, static () => new Life());

    /// <summary>Claims a word for one peer. From then on until it is released, the kernel marks it when this process dies.</summary>
    internal static LifeWord Claim()
    {
        Life life = Started;
        lock (s_gate)
        {
            if (!life.IsRobust || s_freeCount == 0)
            {
                return new LifeWord(-1, 0);
            }

            int slot = s_free[s_firstFree];
            s_firstFree = (s_firstFree + 1) % Count;
            s_freeCount--;

            s_lastGeneration = Math.Max(1, s_lastGeneration + 1);
            s_holders[slot] = s_lastGeneration;

            // The word before the entry, and the entry's own link before the head's: whenever the process is killed, the list that
            // the kernel walks is whole, and each word on it is owned by the thread that dies.
            Volatile.Write(ref *life.Word(slot), life.ThreadId | Libc.FUTEX_WAITERS);
            nint next = life.Head->Next;
            Volatile.Write(ref *life.Entry(slot), next);
            Volatile.Write(ref life.Head->Next, (nint)life.Entry(slot));
            s_previous[slot] = -1;
            if (life.SlotOf(next) is int following and >= 0)
            {
                s_previous[following] = slot;
            }

            return new LifeWord(slot, s_lastGeneration);
        }
    }

    /// <summary>Whether a word that was claimed is as the kernel leaves it when its owner dies: the mark in the place of the owner.</summary>
    internal static bool IsMark(uint value) => (value & ~Libc.FUTEX_WAITERS) == Libc.FUTEX_OWNER_DIED;

    /// <summary>Tells of the death of the process that owns a word, or of its nonsense, once, on a thread that the callback must not block.</summary>
    /// <param name="peerWord">A word of the peer's life file as mapped here. Dispose the watch before the file.</param>
    /// <param name="onChanged">
    /// Called with what the word became, unless it was given back: a mark (<see cref="IsMark"/>), which the peer may have written itself, or what only it can have
    /// written. Not called after the watch was disposed, but for a call that runs.
    /// </param>
    internal static IDisposable Watch(uint* peerWord, Action<uint> onChanged) => DeathWatch.Shared.Add(peerWord, onChanged);

    /// <summary>Ends a claim if it still has its slot.</summary>
    internal static void Release(int slot, uint generation)
    {
        Life life = Started;
        lock (s_gate)
        {
            if (s_holders[slot] != generation)
            {
                return;
            }

            // One store takes the entry out, so the list is whole before and after it.
            nint next = *life.Entry(slot);
            int previous = s_previous[slot];
            Volatile.Write(ref previous < 0 ? ref life.Head->Next : ref *life.Entry(previous), next);
            if (life.SlotOf(next) is int following and >= 0)
            {
                s_previous[following] = previous;
            }

            Volatile.Write(ref *life.Word(slot), 0u);
            Futex.WakeAll(life.Word(slot), shared: true);
            s_holders[slot] = 0;
            s_free[(s_firstFree + s_freeCount++) % Count] = slot;
        }
    }

    private static int[] AllSlots()
    {
        int[] slots = new int[Count];
        for (int i = 0; i < Count; i++)
        {
            slots[i] = i;
        }

        return slots;
    }

    /// <summary>The kernel's <c>struct robust_list_head</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct ListHead
    {
        /// <summary>The first entry; the address of this head = the end.</summary>
        internal nint Next;

        /// <summary>What is added to an entry's address to get its word's.</summary>
        internal nint FutexOffset;

        /// <summary>An entry that is about to be linked; not used here, since owners are set before they are linked.</summary>
        internal nint Pending;
    }

    /// <summary>The file, the list and the thread that owns it.</summary>
    private sealed class Life
    {
        /// <summary>The links, a pointer each, in memory that peers do not see; as far apart as the words, so that one offset fits all.</summary>
        private readonly nint* _entries;

        internal Life()
        {
            File = SharedMemoryFile.Create("viaduct-life", Count * Stride);
            _entries = (nint*)NativeMemory.AllocZeroed(Count, Stride);
            Head = (ListHead*)NativeMemory.AllocZeroed((nuint)sizeof(ListHead));
            Head->Next = (nint)Head;
            Head->FutexOffset = (nint)(File.Pointer - (byte*)_entries);
            using ManualResetEventSlim ready = new();
            Thread thread = new(() => Live(ready), 128 * 1024) { IsBackground = true, Name = "viaduct life" };
            thread.UnsafeStart();
            ready.Wait();
        }

        internal SharedMemoryFile File { get; }

        internal ListHead* Head { get; }

        /// <summary>The kernel's number of the thread; set before the constructor returns.</summary>
        internal uint ThreadId { get; private set; }

        /// <summary>Whether the kernel took the list; a sandbox may forbid it. Set before the constructor returns.</summary>
        internal bool IsRobust { get; private set; }

        internal uint* Word(int slot) => (uint*)(File.Pointer + (slot * Stride));

        internal nint* Entry(int slot) => _entries + slot;

        /// <summary>The slot of an entry's address; -1 for the head.</summary>
        internal int SlotOf(nint entry) => entry == (nint)Head ? -1 : (int)((nint*)entry - _entries);

        private void Live(ManualResetEventSlim ready)
        {
            // This replaces the C library's own list for this thread, which never holds one of that library's robust mutexes.
            ThreadId = (uint)Libc.Syscall(SystemCalls.GetTid, 0, 0, 0, 0, 0, 0);
            IsRobust = Libc.Syscall(SystemCalls.SetRobustList, (nint)Head, sizeof(ListHead), 0, 0, 0, 0) == 0;
            ready.Set();
            Thread.Sleep(Timeout.Infinite);
        }
    }
}
