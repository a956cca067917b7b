using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using Viaduct.Linux;

namespace Viaduct.Discovery;

/// <summary>The lock of a channel's directory, held for the few calls that a claim of a role takes.</summary>
/// <remarks>The directory itself is locked, not a file in it, so that nothing of it is left behind.</remarks>
internal sealed class ChannelLock : IDisposable
{
    /// <summary>How long another process may hold it, in milliseconds; it may be stopped, but must not stop others for ever.</summary>
    private const int Patience = 5000;

    private readonly SafeFileHandle _directory;

    private ChannelLock(SafeFileHandle directory) => _directory = directory;

    /// <summary>Takes the lock of a channel's directory, which it makes if need be.</summary>
    /// <exception cref="ViaductException">Another process holds it for seconds.</exception>
    internal static ChannelLock Take(DomainDirectory domain, string channel)
    {
        long start = Stopwatch.GetTimestamp();
        string path = domain.ChannelPath(channel);
        for (int pause = 0; ; pause = Math.Min(pause + 1, 10))
        {
            domain.EnsureChannel(channel);
            if (TryTakeNow(path) is { } held)
            {
                return held;
            }

            if (Stopwatch.GetElapsedTime(start).TotalMilliseconds > Patience)
            {
                throw new ViaductException($"Channel '{channel}': another process has held the lock of '{path}' for {Patience / 1000} seconds; it may be stopped.");
            }

            Thread.Sleep(pause);
        }
    }

    /// <summary>Takes the lock if the directory is there and nobody has it.</summary>
    internal static ChannelLock? TryTakeNow(string path)
    {
        int flags = Libc.O_RDONLY | Libc.O_DIRECTORY;
        SafeFileHandle? directory = DirectoryFiles.Open(path, flags, 0, out _);
        if (directory is null)
        {
            return null;
        }

        if (DirectoryFiles.TryLock(directory, exclusive: true))
        {
            // The directory may have been removed, and made anew, between the opening and the lock: then this is the lock of nothing.
            using SafeFileHandle? now = DirectoryFiles.Open(path, flags, 0, out _);
            if (now is not null && Same(directory, now))
            {
                return new ChannelLock(directory);
            }
        }

        directory.Dispose();
        return null;
    }

    /// <summary>Gives the lock back.</summary>
    public void Dispose() => _directory.Dispose();

    private static bool Same(SafeFileHandle one, SafeFileHandle other)
    {
        FileStatus first = FileStatus.Of((int)one.DangerousGetHandle());
        FileStatus second = FileStatus.Of((int)other.DangerousGetHandle());
        return first.Inode == second.Inode && first.Device == second.Device;
    }
}
