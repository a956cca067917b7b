using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Viaduct.PointPeer;
using Viaduct.Wire;

namespace Viaduct.Linux;

/// <content>In the place of those calls that others notice: before each of them, and behind it, is a point at which the process can be killed.</content>
internal static unsafe partial class Libc
{
    internal static int Open(string path, int flags, uint mode, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        Point.Pass("open", file, member);
        return Done("open done", RealOpen(path, flags, mode), file, member);
    }

    internal static int Rename(string from, string to, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        Point.Pass("rename", file, member);
        return Done("rename done", RealRename(from, to), file, member);
    }

    internal static int Unlink(string path, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        Point.Pass("unlink", file, member);
        return Done("unlink done", RealUnlink(path), file, member);
    }

    internal static int Flock(int fd, int operation, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        Point.Pass("flock", file, member);
        return Done("flock done", RealFlock(fd, operation), file, member);
    }

    internal static int MemfdCreate(string name, uint flags, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        Point.Pass("memfd_create", file, member);
        return Done("memfd_create done", RealMemfdCreate(name, flags), file, member);
    }

    internal static int Fcntl(int fd, int command, nint argument, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        Point.Pass("fcntl", file, member);
        return Done("fcntl done", RealFcntl(fd, command, argument), file, member);
    }

    internal static int Connect(int fd, void* address, uint length, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        Point.Pass("connect", file, member);
        return Done("connect done", RealConnect(fd, address, length), file, member);
    }

    internal static int Accept4(int fd, void* address, void* length, int flags, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        Point.Pass("accept", file, member);
        return Done("accept done", RealAccept4(fd, address, length, flags), file, member);
    }

    internal static nint Send(int fd, void* buffer, nuint length, int flags, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        string what = Frame(new ReadOnlySpan<byte>(buffer, (int)length));
        Point.Pass($"send {what}", file, member);
        return Done($"send {what} done", RealSend(fd, buffer, length, flags), file, member);
    }

    internal static nint SendMsg(int fd, MessageHeader* message, int flags, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        string what = Frame(new ReadOnlySpan<byte>(message->Vectors->Base, (int)message->Vectors->Length));
        Point.Pass($"send {what}", file, member);
        return Done($"send {what} done", RealSendMsg(fd, message, flags), file, member);
    }

    internal static nint ReceiveMsg(int fd, MessageHeader* message, int flags, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        nint count = RealReceiveMsg(fd, message, flags);
        string what = count > 0 ? Frame(new ReadOnlySpan<byte>(message->Vectors->Base, (int)count)) : "nothing";
        return Done($"receive {what} done", count, file, member);
    }

    internal static nint Syscall(nint number, nint a, nint b, nint c, nint d, nint e, nint f, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        Point.Pass("syscall", file, member);
        return Done("syscall done", RealSyscall(number, a, b, c, d, e, f), file, member);
    }

    /// <summary>Passes the point behind a call, and keeps what it left.</summary>
    private static int Done(string name, int result, string file, string member) => (int)Done(name, (nint)result, file, member);

    private static nint Done(string name, nint result, string file, string member)
    {
        int error = Marshal.GetLastPInvokeError();
        Point.Pass(name, file, member);
        Marshal.SetLastPInvokeError(error);
        return result;
    }

    /// <summary>The type of the first frame, where bytes begin with one.</summary>
    private static string Frame(ReadOnlySpan<byte> bytes) =>
        Varint.TryRead(bytes, out _, out int prefix) == VarintStatus.Ok && bytes.Length > prefix ? ((FrameType)bytes[prefix]).ToString() : "part";
}
