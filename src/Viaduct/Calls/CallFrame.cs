using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Viaduct.Calls;

/// <summary>The first bytes of every frame: its kind, and the number of the call it belongs to. See docs/wire-format.md.</summary>
internal static class CallFrame
{
    /// <summary>Bytes before a frame's body.</summary>
    public const int HeaderSize = 5;

    /// <summary>The kind of calls that are answered.</summary>
    public const byte Call = 1;

    /// <summary>The kind of calls that have no answer.</summary>
    public const byte Unanswered = 2;

    /// <summary>The kind of questions for items, which are answered.</summary>
    public const byte Next = 4;

    /// <summary>The kind of answers that give a call back: it was not begun, and will not be.</summary>
    public const byte NotBegun = 72;

    /// <summary>Where the number of the call lies.</summary>
    private const int IdOffset = 1;

    /// <summary>Kinds from this one on answer; those below ask.</summary>
    private const byte FirstAnswer = 64;

    /// <summary>Whether a frame of that kind answers a call.</summary>
    public static bool IsAnswer(byte kind) => kind >= FirstAnswer;

    /// <summary>Whether somebody waits for the answer to a frame.</summary>
    public static bool IsAnswered(Frame frame) => TryRead(frame, out byte kind, out _) && kind is Call or Next;

    /// <summary>Whether an answer gives its call back: another callee may carry it out.</summary>
    public static bool GivesBack(Frame answer) => TryRead(answer, out byte kind, out _) && GivesBack(kind);

    /// <summary>Whether an answer of that kind does.</summary>
    public static bool GivesBack(byte kind) => kind == NotBegun;

    /// <summary>An answer that gives a call back.</summary>
    public static Frame GiveBack()
    {
        Frame answer = Frame.Rent();
        Begin(answer, NotBegun);
        return answer;
    }

    /// <summary>Whether a frame is a call without an answer, and if so whether any callee may carry it out: one that is meant for a certain one has a number.</summary>
    public static bool IsUnanswered(Frame frame, out bool isForAnybody)
    {
        bool isUnanswered = TryRead(frame, out byte kind, out uint id) && kind == Unanswered;
        isForAnybody = isUnanswered && id == 0;
        return isUnanswered;
    }

    /// <summary>
    /// Begins a frame of that kind, of no call yet, without the bytes that it had. Whether bytes may lie beside it stays as it is, and so does what lies there already:
    /// <see cref="Frame.Truncate"/> or <see cref="Frame.Clear"/> first where the frame was written before.
    /// </summary>
    /// <param name="frame">The frame.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="head">So many bytes behind the header, of a fixed size, are part of the frame from now on; 0 = none.</param>
    /// <returns>These, all zero; valid until the frame is written to.</returns>
    public static Span<byte> Begin(Frame frame, byte kind, int head = 0)
    {
        Span<byte> bytes = frame.Open(HeaderSize + head);
        bytes.Clear();
        bytes[0] = kind;
        return bytes[HeaderSize..];
    }

    /// <summary>Writes the number of its call.</summary>
    public static void SetId(Frame frame, uint id) => BinaryPrimitives.WriteUInt32LittleEndian(frame.Bytes[IdOffset..], id);

    /// <summary>Reads the header of a frame that a peer wrote; false where it is too short to have one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(Frame frame, out byte kind, out uint id)
    {
        ReadOnlySpan<byte> bytes = frame.Bytes;
        if (bytes.Length < HeaderSize)
        {
            (kind, id) = (0, 0);
            return false;
        }

        (kind, id) = (bytes[0], BinaryPrimitives.ReadUInt32LittleEndian(bytes[IdOffset..]));
        return true;
    }
}
