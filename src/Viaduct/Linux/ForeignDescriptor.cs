using Microsoft.Win32.SafeHandles;

namespace Viaduct.Linux;

/// <summary>Descriptors that a peer sent: they may be anything, so even closing one needs care.</summary>
internal static class ForeignDescriptor
{
    /// <summary>Closes a descriptor that a peer sent without ever blocking the caller.</summary>
    /// <remarks>
    /// The last close of a lingering socket or of a file of a user-space file system waits for whoever made it. Only memory files know
    /// seals, and closing one never waits; everything else is closed on the thread pool, so that a peer cannot stop the poller.
    /// </remarks>
    internal static void Close(SafeFileHandle descriptor)
    {
        if (descriptor.IsInvalid || descriptor.IsClosed)
        {
            return;
        }

        if (Libc.Fcntl((int)descriptor.DangerousGetHandle(), Libc.F_GET_SEALS, 0) >= 0)
        {
            descriptor.Dispose();
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(static handle => handle.Dispose(), descriptor, preferLocal: false);
        }
    }
}
