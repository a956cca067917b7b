using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Viaduct.Linux;

namespace Viaduct.Discovery;

/// <summary>Tells of entries that come and go (inotify): one descriptor a process, in the poller. Thread-safe.</summary>
internal sealed unsafe class DirectoryWatcher : IPollHandler
{
    private const uint Events = Libc.IN_MOVED_TO | Libc.IN_MOVED_FROM | Libc.IN_DELETE | Libc.IN_ONLYDIR;
    private const int HeaderSize = 16;

    private static DirectoryWatcher? s_shared;
    private static object? s_sharedGate;

    private readonly Lock _gate = new();

    /// <summary>The inotify descriptor; the poller keeps its handle for the life of the process.</summary>
    private readonly int _descriptor;

    /// <summary>The watched directories by path: the kernel gives one number for one directory, however often it is asked.</summary>
    private readonly Dictionary<string, Watched> _byPath = [];

    /// <summary>The same by the kernel's number; without those that just vanished.</summary>
    private readonly Dictionary<int, Watched> _byNumber = [];

    /// <summary>Room for what one call reads; the poller's thread only.</summary>
    private readonly byte[] _buffer = new byte[16 * 1024];

    private DirectoryWatcher()
    {
        _descriptor = Libc.InotifyInit1(Libc.IN_NONBLOCK | Libc.IN_CLOEXEC);
        if (_descriptor < 0)
        {
            throw Libc.Failure("Directories cannot be watched (see fs.inotify.max_user_instances)", Libc.LastError);
        }

        Poller.Shared.Add(new SafeFileHandle(_descriptor, ownsHandle: true), this);
    }

    /// <summary>The process's watcher; starts at the first use.</summary>
    internal static DirectoryWatcher Shared => LazyInitializer.EnsureInitialized(ref s_shared, ref s_sharedGate, static () => new DirectoryWatcher());

    /// <summary>Calls <paramref name="changed"/> on the poller's thread after finished entries came or went; it must not block.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="prepare">Makes the directory; called again if somebody removes it.</param>
    /// <param name="changed">May be called without a change; several changes may be one call.</param>
    /// <param name="ended">Called when the last watch of the directory was disposed.</param>
    /// <exception cref="IOException">The directory cannot be watched.</exception>
    internal IDisposable Watch(string path, Action prepare, Action changed, Action ended)
    {
        lock (_gate)
        {
            if (!_byPath.TryGetValue(path, out Watched? directory))
            {
                directory = new Watched(path, prepare);
                Attach(directory);
                _byPath.Add(path, directory);
            }

            Subscription subscription = new(this, directory, changed, ended);
            directory.Subscriptions.Add(subscription);
            return subscription;
        }
    }

    /// <inheritdoc/>
    void IPollHandler.OnReady(bool readable, bool writable, bool hangup)
    {
        nint count;
        fixed (byte* first = _buffer)
        {
            count = Libc.Read(_descriptor, first, (nuint)_buffer.Length);
        }

        HashSet<Subscription> changed = [];
        lock (_gate)
        {
            for (int offset = 0; offset + HeaderSize <= count;)
            {
                int number = Unsafe.ReadUnaligned<int>(ref _buffer[offset]);
                uint mask = Unsafe.ReadUnaligned<uint>(ref _buffer[offset + 4]);
                int length = Unsafe.ReadUnaligned<int>(ref _buffer[offset + 12]);
                ReadOnlySpan<byte> name = _buffer.AsSpan(offset + HeaderSize, length);
                Collect(number, mask, name, changed);
                offset += HeaderSize + length;
            }
        }

        foreach (Subscription subscription in changed)
        {
            subscription.Notify();
        }
    }

    private void Collect(int number, uint mask, ReadOnlySpan<byte> name, HashSet<Subscription> changed)
    {
        if ((mask & Libc.IN_Q_OVERFLOW) != 0)
        {
            // Events were lost, nobody knows whose.
            foreach (Watched any in _byPath.Values)
            {
                changed.UnionWith(any.Subscriptions);
            }
        }
        else if (_byNumber.TryGetValue(number, out Watched? directory))
        {
            if ((mask & Libc.IN_IGNORED) != 0)
            {
                Reattach(directory);
                changed.UnionWith(directory.Subscriptions);
            }
            else if (IsFinishedEntry(name))
            {
                changed.UnionWith(directory.Subscriptions);
            }
        }
    }

    /// <summary>Whether the name (zeros follow it) is a registration's, not one that is being written, nor a role's.</summary>
    private static bool IsFinishedEntry(ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> text = name.TrimEnd((byte)0);
        return !text.StartsWith("."u8) && !text.EndsWith(Encoding.ASCII.GetBytes(EntryName.RoleSuffix));
    }

    /// <summary>Starts watching a directory; under the lock.</summary>
    private void Attach(Watched directory)
    {
        // Whoever withdraws last removes the directory, perhaps between the two calls here: then it is made again.
        for (int attempt = 0; ; attempt++)
        {
            directory.Prepare();
            int number = Libc.InotifyAddWatch(_descriptor, directory.Path, Events);
            if (number >= 0)
            {
                directory.Number = number;
                _byNumber[number] = directory;
                return;
            }

            if (Libc.LastError != Libc.ENOENT || attempt > 100)
            {
                throw Libc.Failure($"'{directory.Path}' cannot be watched (see fs.inotify.max_user_watches)", Libc.LastError);
            }
        }
    }

    /// <summary>Watches a directory again that was removed, and perhaps made anew by somebody else.</summary>
    private void Reattach(Watched directory)
    {
        _byNumber.Remove(directory.Number);
        try
        {
            Attach(directory);
        }
        catch (Exception error) when (error is IOException or ViaductException)
        {
            // The whole runtime directory is gone: there is nothing left to be told of.
            directory.Number = -1;
        }
    }

    private void Remove(Subscription subscription)
    {
        Watched directory = subscription.Directory;
        lock (_gate)
        {
            if (!directory.Subscriptions.Remove(subscription) || directory.Subscriptions.Count > 0)
            {
                return;
            }

            _byPath.Remove(directory.Path);
            if (_byNumber.Remove(directory.Number))
            {
                _ = Libc.InotifyRmWatch(_descriptor, directory.Number);
            }
        }

        subscription.Ended();
    }

    /// <summary>A directory and who wants to know of it.</summary>
    private sealed class Watched
    {
        internal readonly string Path;
        internal readonly Action Prepare;
        internal readonly List<Subscription> Subscriptions = [];

        /// <summary>The kernel's number; -1 = not watched.</summary>
        internal int Number = -1;

        internal Watched(string path, Action prepare)
        {
            Path = path;
            Prepare = prepare;
        }
    }

    /// <summary>One call of <see cref="Watch"/>.</summary>
    private sealed class Subscription : IDisposable
    {
        internal readonly Watched Directory;
        internal readonly Action Ended;
        private readonly DirectoryWatcher _owner;

        /// <summary>Whom to tell; null once disposed.</summary>
        private volatile Action? _changed;

        internal Subscription(DirectoryWatcher owner, Watched directory, Action changed, Action ended)
        {
            _owner = owner;
            Directory = directory;
            _changed = changed;
            Ended = ended;
        }

        internal void Notify()
        {
            try
            {
                _changed?.Invoke();
            }
            catch (Exception)
            {
                // One who fails must not keep the others from being told.
            }
        }

        public void Dispose()
        {
            _changed = null;
            _owner.Remove(this);
        }
    }
}
