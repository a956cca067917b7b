using Viaduct.Transports;
using Viaduct.Tests.Wire;
using Viaduct.Wire;

namespace Viaduct.Tests.Fuzz;

/// <summary>A stream of frames that comes in pieces: the same frames, and the same end, as if it had come at once.</summary>
internal sealed class StreamTarget : FuzzTarget
{
    /// <inheritdoc/>
    public override string Name => "stream";

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds => WireDocument.Vectors.Chunk(3).Select(static chunk => chunk.SelectMany(static vector => vector.Bytes).ToArray());

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Words { get; } = [[0x80, 0x80, 0x08, 0xFF], [0x81, 0x80, 0x08, 0x01], [0, 0xC0], [3, 0x85, 1, 2, 3], [0x80, 0x00]];

    /// <inheritdoc/>
    public override string Run(ReadOnlySpan<byte> input)
    {
        int mix = 17;
        foreach (byte one in input)
        {
            mix = unchecked((mix * 31) + one);
        }

        string whole = Read(input, int.MaxValue, new Random(0));
        Assert.Equal(whole, Read(input, 7, new Random(mix)));
        Assert.Equal(whole, Read(input, 1, new Random(mix)));
        return whole;
    }

    private static string Read(ReadOnlySpan<byte> input, int most, Random random)
    {
        using ReceiveBuffer buffer = new();
        int frames = 0;
        int mix = 0;
        while (true)
        {
            try
            {
                while (FrameSplitter.TryRead(buffer.Received, out FrameType type, out ReadOnlySpan<byte> body, out int consumed))
                {
                    frames++;
                    mix = unchecked((mix * 31) + (int)type + body.Length);
                    buffer.Consume(consumed);
                }

                // Optional frames before a part of one.
                FrameSplitter.TryRead(buffer.Received, out _, out _, out int skipped);
                buffer.Consume(skipped);
            }
            catch (ProtocolViolationException error)
            {
                return $"{Math.Min(frames, 4)} frames, {Outcome(error)}";
            }

            if (input.IsEmpty)
            {
                return $"{Math.Min(frames, 4)} frames, {(buffer.Received.IsEmpty ? "nothing" : "part of one")} left, {mix & 7}";
            }

            Span<byte> room = buffer.Room().Span;
            int length = Math.Min(Math.Min(room.Length, input.Length), most == int.MaxValue ? most : 1 + random.Next(most));
            input[..length].CopyTo(room);
            buffer.Add(length);
            input = input[length..];
        }
    }
}
