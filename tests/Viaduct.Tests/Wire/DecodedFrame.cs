using System.Buffers.Binary;
using System.Globalization;
using System.Reflection;
using Viaduct.Wire;
using Viaduct.Wire.Frames;

namespace Viaduct.Tests.Wire;

/// <summary>
/// Any frame with what follows its fields: a payload or released positions. Knows how to read, write and describe each type.
/// </summary>
internal sealed record DecodedFrame(FrameType Type, object Fields, byte[] Tail)
{
    /// <summary>Reads a body as its receiver would.</summary>
    internal static DecodedFrame Read(FrameType type, ReadOnlySpan<byte> body)
    {
        FrameParser input = new(body, type);
        object fields = type switch
        {
            FrameType.Hello or FrameType.Welcome => HelloFrame.Read(ref input),
            FrameType.Refused => RefusedFrame.Read(ref input),
            FrameType.Announce => AnnounceFrame.Read(ref input),
            FrameType.Withdraw => WithdrawFrame.Read(ref input),
            FrameType.OpenLink => OpenLinkFrame.Read(ref input),
            FrameType.LinkOpened => LinkOpenedFrame.Read(ref input),
            FrameType.LinkRefused => LinkRefusedFrame.Read(ref input),
            FrameType.CloseLink => CloseLinkFrame.Read(ref input),
            FrameType.Segment => SegmentFrame.Read(ref input),
            FrameType.Doorbell => DoorbellFrame.Read(ref input),
            FrameType.Data => DataFrame.Read(ref input),
            FrameType.ReceiverState => ReceiverStateFrame.Read(ref input),
            FrameType.SenderState => SenderStateFrame.Read(ref input),
            FrameType.Ping => PingFrame.Read(ref input),
            FrameType.Pong => PongFrame.Read(ref input),
            FrameType.Query => QueryFrame.Read(ref input),
            FrameType.Report => ReportFrame.Read(ref input),
            FrameType.Bye => ByeFrame.Read(ref input),
            FrameType.SegmentRetired => SegmentRetiredFrame.Read(ref input),
            FrameType.Holds => HoldsFrame.Read(ref input),
            FrameType.LinkClosed => LinkClosedFrame.Read(ref input),
            _ => throw new InvalidOperationException($"No test knows the frame type {type}."),
        };
        return new DecodedFrame(type, fields, fields is ReceiverStateFrame state ? Released(state, ref input) : input.Rest().ToArray());
    }

    /// <summary>Writes the frame as its sender would.</summary>
    internal void Write(FrameBuilder output)
    {
        switch (Fields)
        {
            case HelloFrame frame: frame.Write(output, Type); break;
            case RefusedFrame frame: frame.Write(output); break;
            case AnnounceFrame frame: frame.Write(output); break;
            case WithdrawFrame frame: frame.Write(output); break;
            case OpenLinkFrame frame: frame.Write(output); break;
            case LinkOpenedFrame frame: frame.Write(output); break;
            case LinkRefusedFrame frame: frame.Write(output); break;
            case CloseLinkFrame frame: frame.Write(output); break;
            case SegmentFrame frame: frame.Write(output); break;
            case DoorbellFrame frame: frame.Write(output); break;
            case DataFrame frame: frame.Write(output, Tail); break;
            case ReceiverStateFrame frame: Assert.Equal(frame.Count, frame.Write(output, TailPositions())); break;
            case SenderStateFrame frame: frame.Write(output); break;
            case PingFrame frame: frame.Write(output); break;
            case PongFrame frame: frame.Write(output); break;
            case QueryFrame frame: frame.Write(output); break;
            case ReportFrame frame: frame.Write(output, Tail); break;
            case ByeFrame frame: frame.Write(output); break;
            case SegmentRetiredFrame frame: frame.Write(output); break;
            case HoldsFrame frame: frame.Write(output); break;
            case LinkClosedFrame frame: frame.Write(output); break;
            default: throw new InvalidOperationException($"No test knows {Fields.GetType()}.");
        }
    }

    /// <summary>The frame with its length and type.</summary>
    internal byte[] ToBytes()
    {
        FrameBuilder output = new();
        Write(output);
        return output.Written.ToArray();
    }

    /// <summary>The fields one a line, as docs/wire-format.md writes them.</summary>
    internal string Describe()
    {
        IEnumerable<string> lines = Fields.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(property => $"{property.Name} = {Text(property.GetValue(Fields))}");
        if (Fields is ReceiverStateFrame)
        {
            lines = lines.Append($"Released = [{string.Join(", ", TailPositions())}]");
        }
        else if (Fields is DataFrame or ReportFrame)
        {
            lines = lines.Append($"Rest = [{Convert.ToHexStringLower(Tail)}]");
        }

        return string.Join('\n', lines);
    }

    /// <summary>Equal fields and an equal tail.</summary>
    internal bool IsSame(DecodedFrame other) =>
        Type == other.Type && Fields.Equals(other.Fields) && Tail.AsSpan().SequenceEqual(other.Tail);

    /// <summary>Released positions as a tail: eight bytes each.</summary>
    internal static byte[] ToTail(ReadOnlySpan<ulong> positions)
    {
        byte[] tail = new byte[8 * positions.Length];
        for (int i = 0; i < positions.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(tail.AsSpan(8 * i), positions[i]);
        }

        return tail;
    }

    private static byte[] Released(ReceiverStateFrame state, ref FrameParser input)
    {
        ulong[] positions = new ulong[state.Count];
        ulong position = state.Consumed;
        for (int i = 0; i < positions.Length; i++)
        {
            positions[i] = position = ReceiverStateFrame.ReadReleased(ref input, position);
        }

        input.End();
        return ToTail(positions);
    }

    private static string Text(object? value) => value switch
    {
        string text => $"\"{text.Replace("\n", "\\n", StringComparison.Ordinal)}\"",
        Enum name => $"{name} ({Convert.ToInt32(name, CultureInfo.InvariantCulture)})",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value?.ToString() ?? "null",
    };

    private ulong[] TailPositions()
    {
        ulong[] positions = new ulong[Tail.Length / 8];
        for (int i = 0; i < positions.Length; i++)
        {
            positions[i] = BinaryPrimitives.ReadUInt64LittleEndian(Tail.AsSpan(8 * i));
        }

        return positions;
    }
}
