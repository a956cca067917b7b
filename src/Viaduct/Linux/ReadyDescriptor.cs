using Microsoft.Win32.SafeHandles;

namespace Viaduct.Linux;

/// <summary>A descriptor of this process alone that polls as readable while it is set: an eventfd. Thread-safe.</summary>
internal sealed unsafe class ReadyDescriptor : IDisposable
{
    /// <summary>A descriptor that is set.</summary>
    /// <exception cref="IOException">The process has no descriptor left.</exception>
    public ReadyDescriptor()
    {
        int fd = Libc.Eventfd(1, Libc.EFD_CLOEXEC | Libc.EFD_NONBLOCK);
        if (fd < 0)
        {
            throw Libc.Failure("A descriptor to poll on cannot be made", Libc.LastError);
        }

        Handle = new SafeFileHandle(fd, ownsHandle: true);
    }

    /// <summary>The descriptor, close-on-exec and non-blocking.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>Makes it readable.</summary>
    public void Set() => Call(set: true);

    /// <summary>Makes it unreadable until it is set again.</summary>
    public void Reset() => Call(set: false);

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();

    private void Call(bool set)
    {
        bool held = false;
        try
        {
            Handle.DangerousAddRef(ref held);
            int fd = (int)Handle.DangerousGetHandle();

            // One read takes the whole count, and EAGAIN says that there was none. A count that is full is readable anyway.
            ulong count = 1;
            _ = set ? Libc.Write(fd, &count, sizeof(ulong)) : Libc.Read(fd, &count, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // Nobody polls a closed descriptor.
        }
        finally
        {
            if (held)
            {
                Handle.DangerousRelease();
            }
        }
    }
}
