using System.Buffers;
using System.IO.Pipelines;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Adapters;

public sealed class ThreadAdapterTests() : AdapterSuite(DistanceKind.Thread)
{
    [Fact]
    public async Task A_look_passes_only_so_many_empty_messages_and_a_wait_all_of_them()
    {
        var channel = new ChannelSpec<ReadOnlyMemory<byte>>("bytes") { Capacity = 4000, Context = Distance.Context };
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) = await Distance.OpenPair(channel);
        PipeReader reader = consumer.AsPipeReader();
        void Send(byte last)
        {
            for (int i = 0; i < 3500; i++)
            {
                producer.Send(default, Patience.Token);
            }

            producer.Send(new[] { last }, Patience.Token);
        }

        Send(1);
        Assert.False(reader.TryRead(out _));
        ReadResult result;
        for (int looks = 1; !reader.TryRead(out result); looks++)
        {
            Assert.InRange(looks, 1, 100);
        }

        Assert.Equal([1], result.Buffer.ToArray());
        reader.AdvanceTo(result.Buffer.End);
        Send(2);
        result = await reader.ReadAsync(Patience.Token).AsTask().Within();
        Assert.Equal([2], result.Buffer.ToArray());
        reader.AdvanceTo(result.Buffer.End);
    }
}
