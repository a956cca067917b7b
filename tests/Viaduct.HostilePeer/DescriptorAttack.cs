using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Viaduct.Linux;
using Viaduct.Tests.Hostile;
using Viaduct.Wire;
using Viaduct.Wire.Frames;

namespace Viaduct.HostilePeer;

/// <summary>Hands over what is no sealed memory file of the size said. Each must end the connection.</summary>
internal sealed class DescriptorAttack(Victim victim, Nonsense nonsense, int cases) : Attack(victim, nonsense, cases)
{
    private const int Seals = Libc.F_SEAL_SHRINK | Libc.F_SEAL_GROW | Libc.F_SEAL_FUTURE_WRITE | Libc.F_SEAL_SEAL;

    /// <inheritdoc/>
    public override void Run()
    {
        (string Name, Func<SafeHandle[]> Make, ulong Size)[] kinds =
        [
            ("none", static () => [], 4096),
            ("no seals", static () => [MemoryFile(8192, 0, fill: true)], 8192),
            ("may shrink", static () => [MemoryFile(8192, Seals & ~Libc.F_SEAL_SHRINK, fill: true)], 8192),
            ("may grow", static () => [MemoryFile(8192, Seals & ~Libc.F_SEAL_GROW, fill: true)], 8192),
            ("may be written by others", static () => [MemoryFile(8192, Seals & ~Libc.F_SEAL_FUTURE_WRITE, fill: true)], 8192),
            ("not sealed for good", static () => [MemoryFile(8192, Seals & ~Libc.F_SEAL_SEAL, fill: true)], 8192),
            ("smaller than said", static () => [MemoryFile(4096, Seals, fill: true)], 8192),
            ("larger than said", static () => [MemoryFile(12288, Seals, fill: true)], 8192),
            ("empty", static () => [MemoryFile(0, Seals, fill: false)], 0),
            ("not whole pages", static () => [MemoryFile(5000, Seals, fill: true)], 5000),
            ("holes", static () => [MemoryFile(1 << 20, Seals, fill: false)], 1 << 20),
            ("huge and sparse", static () => [MemoryFile(1L << 40, Seals, fill: false)], 1UL << 40),
            ("a size beyond all", static () => [MemoryFile(8192, Seals, fill: true)], ulong.MaxValue),
            ("a regular file", static () => [File.OpenHandle("/proc/self/exe")], 8192),
            ("a directory's file", static () => [File.OpenHandle("/proc/self/maps")], 8192),
            ("a device", static () => [File.OpenHandle("/dev/zero")], 8192),
            ("a socket", static () => [new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified).SafeHandle], 8192),
            ("a lingering socket", static () => [Lingering()], 8192),
            ("too many", static () => [.. Enumerable.Range(0, 20).Select(static _ => MemoryFile(4096, Seals, fill: true))], 4096),
            ("too many lingering sockets", static () => [.. Enumerable.Range(0, 20).Select(static _ => Lingering())], 4096),
        ];
        while (!IsOver)
        {
            (string name, Func<SafeHandle[]> make, ulong size) = kinds[Done % kinds.Length];
            HostileConnection connection = Victim.Meet(ConnectionMode.SharedMemory) ?? throw new InvalidOperationException("No handshake.");
            SafeHandle[] handles = make();
            SafeFileHandle[] files = [.. handles.Select(static handle => new SafeFileHandle(handle.DangerousGetHandle(), ownsHandle: false))];
            foreach (SafeFileHandle extra in files.Skip(1))
            {
                // A doorbell takes no descriptor: it waits until it is one too many.
                connection.Send(Frame(new DoorbellFrame(1, 0).Write), extra);
            }

            connection.Send(Frame(new SegmentFrame(7, size).Write), files.FirstOrDefault());
            // The victim's are the last ones now: where a close waits, it is the victim that would.
            foreach (SafeHandle handle in handles)
            {
                handle.Dispose();
            }

            if (!connection.WaitForEnd(TimeSpan.FromSeconds(10)))
            {
                throw new InvalidOperationException($"The victim took '{name}'.");
            }

            connection.Close();

            Ended++;
            Done++;
        }
    }

    private static byte[] Frame(Action<FrameBuilder> write)
    {
        FrameBuilder builder = new();
        write(builder);
        return builder.Written.ToArray();
    }

    private static SafeFileHandle MemoryFile(long size, int seals, bool fill)
    {
        int fd = Libc.MemfdCreate("hostile", Libc.MFD_CLOEXEC | Libc.MFD_ALLOW_SEALING);
        if (fd < 0 || Libc.Ftruncate(fd, size) != 0 || (fill && Libc.Fallocate(fd, 0, 0, size) != 0) || Libc.Fcntl(fd, Libc.F_ADD_SEALS, seals) != 0)
        {
            throw new InvalidOperationException("A memory file can't be made.");
        }

        return new SafeFileHandle(fd, ownsHandle: true);
    }

    /// <summary>A TCP socket whose last close waits, since its peer reads nothing.</summary>
    private static SafeSocketHandle Lingering()
    {
        Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.LocalEndPoint!);
        client.Blocking = false;
        client.LingerState = new LingerOption(true, 600);
        byte[] bytes = new byte[1 << 16];
        while (client.Send(bytes, SocketFlags.None, out SocketError error) > 0 && error == SocketError.Success)
        {
        }

        // The other end is neither read nor closed as long as this program runs.
        s_unread.Add(listener);
        return client.SafeHandle;
    }

    private static readonly List<Socket> s_unread = [];
}
