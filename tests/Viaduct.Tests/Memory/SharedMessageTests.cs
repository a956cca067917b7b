using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Viaduct.Memory;

namespace Viaduct.Tests.Memory;

/// <summary>A small message is written in pieces that depend on its size.</summary>
public sealed unsafe class SharedMessageTests
{
    [Fact]
    public void A_message_of_any_size_is_written_whole_and_nothing_beside_it()
    {
        Check<byte>();
        Check<short>();
        Check<int>();
        Check<Bytes7>();
        Check<long>();
        Check<Bytes12>();
        Check<Words2>();
        Check<Words3>();
        Check<Words4>();
        Check<Bytes37>();
        Check<Words5>();
        Check<Words6>();
        Check<Words7>();
        Check<Words8>();
        Check<Words9>();
        Check<Words10>();
        Check<Words16>();
    }

    private static void Check<T>()
        where T : unmanaged
    {
        const int Margin = 32;
        int size = sizeof(T);
        T message = default;
        Span<byte> bytes = MemoryMarshal.AsBytes(new Span<T>(ref message));
        for (int i = 0; i < size; i++)
        {
            bytes[i] = (byte)(i + 1);
        }

        byte* place = stackalloc byte[Margin + size + Margin];
        Span<byte> around = new(place, Margin + size + Margin);
        around.Fill(0xEE);
        Shared.WriteMessage(place + Margin, message);

        Assert.Equal(bytes, around.Slice(Margin, size));
        Assert.Equal(-1, around[..Margin].IndexOfAnyExcept((byte)0xEE));
        Assert.Equal(-1, around[(Margin + size)..].IndexOfAnyExcept((byte)0xEE));
        T read = Shared.ReadMessage<T>(place + Margin);
        Assert.Equal(bytes, MemoryMarshal.AsBytes(new Span<T>(ref read)));
    }

    [InlineArray(7)]
    private struct Bytes7
    {
        private byte _first;
    }

    [InlineArray(3)]
    private struct Bytes12
    {
        private int _first;
    }

    [InlineArray(37)]
    private struct Bytes37
    {
        private byte _first;
    }

    [InlineArray(2)]
    private struct Words2
    {
        private long _first;
    }

    [InlineArray(3)]
    private struct Words3
    {
        private long _first;
    }

    [InlineArray(4)]
    private struct Words4
    {
        private long _first;
    }

    [InlineArray(5)]
    private struct Words5
    {
        private long _first;
    }

    [InlineArray(6)]
    private struct Words6
    {
        private long _first;
    }

    [InlineArray(7)]
    private struct Words7
    {
        private long _first;
    }

    [InlineArray(8)]
    private struct Words8
    {
        private long _first;
    }

    [InlineArray(9)]
    private struct Words9
    {
        private long _first;
    }

    [InlineArray(10)]
    private struct Words10
    {
        private long _first;
    }

    [InlineArray(16)]
    private struct Words16
    {
        private long _first;
    }
}
