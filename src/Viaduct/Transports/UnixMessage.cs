using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using Viaduct.Linux;

namespace Viaduct.Transports;

/// <summary>Sending and receiving of bytes with descriptors (SCM_RIGHTS).</summary>
internal static unsafe class UnixMessage
{
    /// <summary>The bytes of the kernel's <c>struct cmsghdr</c> on 64-bit processors: a length of 8 bytes, level and type of 4.</summary>
    private const int ControlHeader = 16;

    /// <summary>Room for all descriptors that may wait at once. More in one message are dropped by the kernel, which says so.</summary>
    private const int ControlSize = ControlHeader + (4 * ReceivedDescriptors.MaxWaiting);

    /// <summary>sendmsg(2) with one descriptor, which arrives with the first byte.</summary>
    internal static nint Send(int socket, byte* bytes, int length, SafeFileHandle descriptor, int flags)
    {
        bool held = false;
        descriptor.DangerousAddRef(ref held);
        try
        {
            // One descriptor of 4 bytes, padded to 8.
            byte* control = stackalloc byte[ControlHeader + 8];
            *(nuint*)control = ControlHeader + 4;
            *(int*)(control + 8) = Libc.SOL_SOCKET;
            *(int*)(control + 12) = Libc.SCM_RIGHTS;
            *(long*)(control + 16) = (uint)(int)descriptor.DangerousGetHandle();
            IoVector vector = new() { Base = bytes, Length = (nuint)length };
            MessageHeader message = new() { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = ControlHeader + 8 };
            return Libc.SendMsg(socket, &message, flags);
        }
        finally
        {
            if (held)
            {
                descriptor.DangerousRelease();
            }
        }
    }

    /// <summary>recvmsg(2): the bytes read, 0 at the end of the stream, -1 if nothing is there.</summary>
    /// <exception cref="ProtocolViolationException">Too many descriptors came.</exception>
    /// <exception cref="SocketException">The connection is broken.</exception>
    internal static int Receive(int socket, Span<byte> buffer, ref ReceivedDescriptors descriptors)
    {
        byte* control = stackalloc byte[ControlSize];
        while (true)
        {
            fixed (byte* first = buffer)
            {
                IoVector vector = new() { Base = first, Length = (nuint)buffer.Length };
                MessageHeader message = new() { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = ControlSize };
                nint count = Libc.ReceiveMsg(socket, &message, Libc.MSG_DONTWAIT | Libc.MSG_CMSG_CLOEXEC);
                if (count >= 0)
                {
                    Collect(in message, ref descriptors);
                    return (int)count;
                }
            }

            switch (Libc.LastError)
            {
                case Libc.EINTR:
                    continue;
                case Libc.EAGAIN:
                    return -1;
                case Libc.ECONNRESET:
                    throw new SocketException((int)SocketError.ConnectionReset, "The peer closed its socket, or died, without reading all that was sent to it.");
                case int error:
                    throw Libc.Failure("Receiving from a socket failed", error);
            }
        }
    }

    /// <summary>Takes the descriptors out of a received message, every one of them, before anything can be thrown.</summary>
    private static void Collect(in MessageHeader message, ref ReceivedDescriptors descriptors)
    {
        bool lost = (message.Flags & Libc.MSG_CTRUNC) != 0;
        if (message.ControlLength == 0 && !lost)
        {
            return;
        }

        Exception? failure = lost
            ? new ProtocolViolationException("Descriptors that the peer sent were lost: too many came at once, or this process has no number left for them.")
            : null;
        byte* control = (byte*)message.Control;
        nuint offset = 0;
        while (offset + ControlHeader <= message.ControlLength)
        {
            nuint length = *(nuint*)(control + offset);
            if (length < ControlHeader || length > message.ControlLength - offset)
            {
                break;
            }

            if (*(int*)(control + offset + 8) == Libc.SOL_SOCKET && *(int*)(control + offset + 12) == Libc.SCM_RIGHTS)
            {
                for (nuint at = ControlHeader; at + 4 <= length; at += 4)
                {
                    Add(new SafeFileHandle(*(int*)(control + offset + at), ownsHandle: true), ref descriptors, ref failure);
                }
            }

            offset += (length + 7) & ~(nuint)7;
        }

        if (failure is not null)
        {
            throw failure;
        }
    }

    private static void Add(SafeFileHandle descriptor, ref ReceivedDescriptors descriptors, ref Exception? failure)
    {
        if (failure is not null)
        {
            ForeignDescriptor.Close(descriptor);
            return;
        }

        try
        {
            descriptors.Add(descriptor);
        }
        catch (ProtocolViolationException error)
        {
            failure = error;
        }
    }
}
