using System.Runtime.InteropServices;

namespace Viaduct.Linux;

/// <summary>The thread that sleeps on the life words of peers.</summary>
internal sealed unsafe class DeathWatch
{
    /// <summary>Words slept on beside the control word; those beyond wait until one of these ends.</summary>
    internal const int MaxWords = Futex.MaxWords - 1;

    private static DeathWatch? s_shared;
    private static object? s_sharedGate;

    private readonly Lock _gate = new();

    /// <summary>What is watched, the oldest first.</summary>
    private readonly List<Entry> _entries = [];

    /// <summary>Counts the changes of the list; private memory, which the thread sleeps on besides the words.</summary>
    private readonly uint* _control;

    private DeathWatch()
    {
        _control = (uint*)NativeMemory.AllocZeroed(sizeof(uint));
        Thread thread = new(Run, 256 * 1024) { IsBackground = true, Name = "viaduct death watch" };
        thread.UnsafeStart();
    }

    /// <summary>The process's watch; starts at the first use.</summary>
    internal static DeathWatch Shared => LazyInitializer.EnsureInitialized(ref s_shared, ref s_sharedGate, static () => new DeathWatch());

    /// <summary>Watches a word until it changes or the result is disposed.</summary>
    internal IDisposable Add(uint* word, Action<uint> onChanged)
    {
        Entry entry = new(this, word, onChanged);
        lock (_gate)
        {
            _entries.Add(entry);
        }

        Poke();
        return entry;
    }

    private void Remove(Entry entry)
    {
        lock (_gate)
        {
            if (!_entries.Remove(entry))
            {
                return;
            }
        }

        Poke();
    }

    private void Poke()
    {
        // Pairs with the read in Run, which precedes its look at the list: a change that the look missed changes the word slept on.
        Interlocked.Increment(ref *_control);
        Futex.WakeAll(_control, shared: false);
    }

    private void Run()
    {
        FutexWord* room = stackalloc FutexWord[Futex.MaxWords];
        FutexWords words = new(room, Futex.MaxWords);
        List<Entry> changed = [];
        while (true)
        {
            try
            {
                uint control = Volatile.Read(ref *_control);
                int count = Collect(words, changed);
                if (changed.Count > 0)
                {
                    Notify(changed);
                    continue;
                }

                words[count] = new FutexWord(_control, control, shared: false);
                Futex.WaitAny(words.First(count + 1), Timeout.InfiniteTimeSpan);
            }
            catch (PlatformNotSupportedException)
            {
                // Without futex_waitv the end of the socket is the only sign of death.
                return;
            }
        }
    }

    /// <summary>Sorts out what ended, and puts the words to sleep on into <paramref name="words"/>; returns their count.</summary>
    private int Collect(FutexWords words, List<Entry> changed)
    {
        lock (_gate)
        {
            int count = 0;
            int kept = 0;
            int index = 0;
            for (; index < _entries.Count && count < MaxWords; index++)
            {
                Entry entry = _entries[index];
                uint value = Volatile.Read(ref *entry.Word);
                if (value != entry.Expected)
                {
                    // An honest word changes once: given back, or dead. None is looked at twice, so that a peer that changes its own again and
                    // again does not keep this thread awake. One that was given back tells nothing, also where it has another owner by now; one that was marked when the watch began does.
                    if (value != 0 && (entry.Expected != 0 || LifeWords.IsMark(value)))
                    {
                        entry.Found = value;
                        changed.Add(entry);
                    }

                    continue;
                }

                words[count++] = new FutexWord(entry.Word, value, shared: true);
                _entries[kept++] = entry;
            }

            _entries.RemoveRange(kept, index - kept);
            return count;
        }
    }

    private static void Notify(List<Entry> changed)
    {
        foreach (Entry entry in changed)
        {
            try
            {
                entry.Notify();
            }
            catch (Exception)
            {
                // The thread serves every link: it outlives whatever one of them does.
            }
        }

        changed.Clear();
    }

    /// <summary>One watched word.</summary>
    private sealed class Entry : IDisposable
    {
        internal readonly uint* Word;

        /// <summary>The word when the watch began.</summary>
        internal readonly uint Expected;

        /// <summary>What it was changed to; the thread's only.</summary>
        internal uint Found;

        private readonly DeathWatch _owner;

        /// <summary>Whom to tell; null once told or disposed.</summary>
        private Action<uint>? _onChanged;

        internal Entry(DeathWatch owner, uint* word, Action<uint> onChanged)
        {
            _owner = owner;
            Word = word;
            _onChanged = onChanged;
            uint value = Volatile.Read(ref *word);

            // A mark that is there already is a death to tell of, so it is never what is expected.
            Expected = value & ~Libc.FUTEX_OWNER_DIED;
        }

        internal void Notify() => Interlocked.Exchange(ref _onChanged, null)?.Invoke(Found);

        public void Dispose()
        {
            Volatile.Write(ref _onChanged, null);
            _owner.Remove(this);
        }
    }
}
