using System.Buffers.Binary;
using Viaduct.Calls;

namespace Viaduct.Rpc;

/// <summary>The kinds of frames between caller and callee, those among them that sockets tell apart as <see cref="CallFrame"/> has them; docs/wire-format.md lists their bodies.</summary>
internal static class RpcFrames
{
    /// <summary>A call that is answered.</summary>
    public const byte Call = CallFrame.Call;

    /// <summary>A call that is not.</summary>
    public const byte OneWay = CallFrame.Unanswered;

    /// <summary>Nobody waits for the call of that number any more.</summary>
    public const byte Cancel = 3;

    /// <summary>Asks for the next items of a stream.</summary>
    public const byte Next = CallFrame.Next;

    /// <summary>What the callee handed out under that number is of no use to the caller any more.</summary>
    public const byte Release = 5;

    /// <summary>The call's result.</summary>
    public const byte Result = 64;

    /// <summary>The call's result is a stream.</summary>
    public const byte Stream = 65;

    /// <summary>Items of a stream.</summary>
    public const byte Items = 66;

    /// <summary>What the call threw.</summary>
    public const byte Error = 67;

    /// <summary>The service has no such method.</summary>
    public const byte NoMethod = 68;

    /// <summary>The call's time was over before it was carried out.</summary>
    public const byte TooLate = 69;

    /// <summary>The call was cancelled by its caller's wish.</summary>
    public const byte Canceled = 70;

    /// <summary>The call's result, with the numbers of the objects behind it that are handed out by it: for a caller who does not read the result any more.</summary>
    public const byte ResultWithObjects = 71;

    /// <summary>The call was not begun, and will not be: another callee may carry it out.</summary>
    public const byte NotBegun = CallFrame.NotBegun;

    /// <summary>
    /// Bytes between a call's header and its arguments: the method, the object that it is called on (0 = the service itself), the number under which its
    /// result is to be had before it is there (0 = none), and its <see cref="Bounds"/>.
    /// </summary>
    public const int CallSize = 4 + 4 + 4 + 8;

    /// <summary>Bits of a call's bounds that tell the time; those above are the priority.</summary>
    private const int TimeBits = 56;

    /// <summary>Appends the numbers of what an answer hands out.</summary>
    public static void AddObjects(Frame answer, List<uint> given)
    {
        int size = (given.Count * sizeof(uint)) + sizeof(uint);
        Span<byte> bytes = answer.GetSpan(size);
        for (int i = 0; i < given.Count; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[(i * sizeof(uint))..], given[i]);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(bytes[(size - sizeof(uint))..], (uint)given.Count);
        answer.Advance(size);
        answer.Bytes[0] = ResultWithObjects;
    }

    /// <summary>The numbers of what an answer hands out, 32 bits each.</summary>
    public static ReadOnlySpan<byte> GivenBy(Frame answer) => !CallFrame.TryRead(answer, out byte kind, out _) ? default : kind switch
    {
        Stream => answer.Bytes[CallFrame.HeaderSize..],
        ResultWithObjects => ObjectsOf(answer.Bytes[CallFrame.HeaderSize..]),
        _ => default,
    };

    /// <summary>The numbers behind a result, 32 bits each; empty where they are not as they must be.</summary>
    public static ReadOnlySpan<byte> ObjectsOf(ReadOnlySpan<byte> body) => body[ResultOf(body).Length..] is { Length: > sizeof(uint) } behind ? behind[..^sizeof(uint)] : default;

    /// <summary>The result before such numbers; all of it where they are not as they must be.</summary>
    public static ReadOnlySpan<byte> ResultOf(ReadOnlySpan<byte> body)
    {
        if (body.Length < sizeof(uint))
        {
            return body;
        }

        ulong size = ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(body[^sizeof(uint)..]) + 1) * sizeof(uint);
        return size <= (ulong)body.Length ? body[..^(int)size] : body;
    }

    /// <summary>The microseconds that a call has left (0 = no bound), and its priority.</summary>
    public static ulong Bounds(ulong microseconds, int priority) => Math.Min(microseconds, (1UL << TimeBits) - 1) | ((ulong)(byte)(sbyte)priority << TimeBits);

    /// <summary>The microseconds of a call's bounds.</summary>
    public static ulong TimeOf(ulong bounds) => bounds & ((1UL << TimeBits) - 1);

    /// <summary>The priority of a call's bounds.</summary>
    public static int PriorityOf(ulong bounds) => (sbyte)(bounds >> TimeBits);
}
