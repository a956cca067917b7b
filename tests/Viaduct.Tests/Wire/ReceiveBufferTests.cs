using Viaduct.Transports;

namespace Viaduct.Tests.Wire;

public sealed class ReceiveBufferTests
{
    [Fact]
    public void It_never_holds_more_than_twice_what_was_received()
    {
        using ReceiveBuffer buffer = new();
        Random random = new(4);
        long received = ReceiveBuffer.Smallest / 2;
        for (int i = 0; i < 5000; i++)
        {
            Memory<byte> room = buffer.Room();
            Assert.InRange(buffer.Capacity, 0, Math.Min(2 * received, ReceiveBuffer.Largest));
            int count = random.Next(3) == 0 ? room.Length : random.Next(1, room.Length + 1);
            buffer.Add(count);
            received += count;
            buffer.Consume(Math.Max(0, buffer.Received.Length - random.Next(i + 1)));
        }

        Assert.Equal(ReceiveBuffer.Largest, buffer.Capacity);
    }

    [Fact]
    public void Bytes_stay_in_order_through_growth_and_moves()
    {
        using ReceiveBuffer buffer = new();
        Random random = new(8);
        byte written = 0;
        byte read = 0;
        for (int i = 0; i < 2000; i++)
        {
            Span<byte> room = buffer.Room().Span;
            Assert.NotEqual(0, room.Length);
            int count = random.Next(4) == 0 ? room.Length : random.Next(Math.Min(room.Length, 3000) + 1);
            for (int j = 0; j < count; j++)
            {
                room[j] = written++;
            }

            buffer.Add(count);
            int take = Math.Max(random.Next(buffer.Received.Length + 1), buffer.Received.Length - (ReceiveBuffer.Largest / 2));
            int wrong = 0;
            foreach (byte value in buffer.Received[..take])
            {
                wrong += value == read++ ? 0 : 1;
            }

            Assert.Equal(0, wrong);
            buffer.Consume(take);
        }
    }

    [Fact]
    public void Its_memory_goes_back_once()
    {
        ReceiveBuffer buffer = new();
        buffer.Dispose();
        buffer.Dispose();

        Assert.Equal(0, buffer.Capacity);
        Assert.True(buffer.Received.IsEmpty);
    }
}
