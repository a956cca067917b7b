using System.Buffers;
using Viaduct.Messages;

namespace Viaduct.Tests.Fuzz;

/// <summary>A message of a type: what is read of any bytes can be written, and reads as the same again.</summary>
internal sealed class MessageTarget<T>(string name, ICodec<T> codec, IEnumerable<T> seeds) : FuzzTarget
{
    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds => [[], .. seeds.Select(Write)];

    /// <summary>Pieces: claims of many elements, ends, tags of every kind, values at the edge of their types.</summary>
    public override IReadOnlyList<byte[]> Words { get; } =
    [
        [0], [0, 0, 0], [0x0B], [0x0C], [0xFF, 0xFF, 0xFF, 0xFF, 0x0F], [0x7F, 0], [0x10, (byte)WireKind.Object], [0x05, (byte)WireKind.List],
        [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], [0x80, 0x80, 0x04], .. Enumerable.Range(8, 60).Select(static tag => new[] { (byte)tag }),
    ];

    /// <inheritdoc/>
    public override string Run(ReadOnlySpan<byte> input)
    {
        T message;
        try
        {
            message = codec.Decode(input);
        }
        catch (ProtocolViolationException error)
        {
            return Outcome(error);
        }

        byte[] written = Write(message);
        Assert.Equal(Convert.ToHexString(written), Convert.ToHexString(Write(codec.Decode(written))));
        return $"read, {Math.Min(9, written.Length / 8)}";
    }

    private byte[] Write(T message)
    {
        var output = new ArrayBufferWriter<byte>();
        codec.Encode(message, output);
        return output.WrittenSpan.ToArray();
    }
}
