using System.Buffers;
using Viaduct.Messages;

namespace Viaduct.Tests.Wire;

/// <summary>A writer and an output that refuses, or was given back in between.</summary>
public sealed class WireWriterTests
{
    [Fact]
    public void Nothing_is_handed_over_twice_where_the_output_throws()
    {
        Output output = new() { Refuses = true };
        WireWriter writer = new(output);
        writer.WriteVarint(5);

        InvalidOperationException? refused = null;
        try
        {
            writer.Flush();
        }
        catch (InvalidOperationException error)
        {
            refused = error;
        }

        output.Refuses = false;
        writer.Flush();

        Assert.NotNull(refused);
        Assert.Equal(1, output.Advanced);
    }

    [Fact]
    public void Room_that_was_asked_for_and_not_used_is_given_back()
    {
        Output output = new();
        WireWriter writer = new(output);
        bool thrown = false;
        try
        {
            writer.WriteString("\ud800");
        }
        catch (ArgumentException)
        {
            thrown = true;
        }

        writer.Flush();
        output.Write<byte>([1, 2, 3]);
        writer.WriteVarint(4);
        writer.Flush();

        Assert.True(thrown);
        Assert.Equal([1, 2, 3, 4], output.Bytes);
    }

    [Fact]
    public void A_message_without_a_byte_asks_for_no_room()
    {
        Output output = new();
        WireWriter writer = new(output);

        writer.Flush();

        Assert.Equal(0, output.Asked);
    }

    /// <summary>Counts what is handed over, and may then throw.</summary>
    private sealed class Output : IBufferWriter<byte>
    {
        private readonly ArrayBufferWriter<byte> _bytes = new();

        public bool Refuses { get; set; }

        public int Advanced { get; private set; }

        public int Asked { get; private set; }

        public byte[] Bytes => _bytes.WrittenSpan.ToArray();

        public void Advance(int count)
        {
            _bytes.Advance(count);
            Advanced += count;
            if (Refuses)
            {
                throw new InvalidOperationException("refused");
            }
        }

        public Memory<byte> GetMemory(int sizeHint = 0) => _bytes.GetMemory(Ask(sizeHint));

        public Span<byte> GetSpan(int sizeHint = 0) => _bytes.GetSpan(Ask(sizeHint));

        private int Ask(int sizeHint)
        {
            Asked++;
            return sizeHint;
        }
    }
}
