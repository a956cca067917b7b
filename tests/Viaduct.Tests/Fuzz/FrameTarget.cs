using Viaduct.Tests.Wire;
using Viaduct.Wire;
using Viaduct.Wire.Frames;

namespace Viaduct.Tests.Fuzz;

/// <summary>One frame: its length, its type, its fields.</summary>
internal sealed class FrameTarget : FuzzTarget
{
    /// <inheritdoc/>
    public override string Name => "frame";

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds => WireDocument.Vectors.Select(static vector => vector.Bytes);

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Words { get; } =
        [[0], [1], [0xFF, 0xFF, 0xFF, 0xFF, 0x07], [0x80, 0x80, 0x08], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], [0x80, 0x00], [0xC3, 0x28], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]];

    /// <inheritdoc/>
    public override string Run(ReadOnlySpan<byte> input)
    {
        try
        {
            bool found = FrameSplitter.TryRead(input, out FrameType type, out ReadOnlySpan<byte> body, out int consumed);
            Assert.InRange(consumed, 0, input.Length);
            if (!found)
            {
                return $"not whole, {(consumed > 0 ? "something skipped" : "nothing skipped")}";
            }

            DecodedFrame read = DecodedFrame.Read(type, body);
            if (read.Fields is HelloFrame { Version: not HelloFrame.CurrentVersion })
            {
                return $"{type} of another version";
            }

            // One encoding: what is written is what was read.
            FrameBuilder output = new();
            read.Write(output);
            Assert.True(output.Written.EndsWith(body) && output.Written.Length == body.Length + 1 + Varint.Length((uint)body.Length), read.Describe());
            Assert.True(read.IsSame(Assert.Single(WireBytes.ReadAll(output.Written.ToArray()))), read.Describe());
            return $"{type}, {int.Log2(body.Length + 1)} bits of length, tail {int.Log2(read.Tail.Length + 1) / 3}";
        }
        catch (ProtocolViolationException error)
        {
            return Outcome(error);
        }
    }

    /// <inheritdoc/>
    public override byte[] Repair(byte[] input, Random random)
    {
        // Mostly makes the length fit again, so that the change reaches the fields.
        if (input.Length < 2 || random.Next(8) == 0)
        {
            return input;
        }

        int whole = 1;
        while (whole < 3 && whole < input.Length - 1 && input[whole - 1] >= 0x80)
        {
            whole++;
        }

        byte[] prefix = new byte[Varint.MaxLength];
        int length = Varint.Write(prefix, (uint)(input.Length - whole - 1));
        return [.. prefix.AsSpan(0, length), .. input.AsSpan(whole)];
    }
}
