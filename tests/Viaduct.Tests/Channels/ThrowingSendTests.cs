using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Channels;

/// <summary>A send that throws keeps nobody else from sending.</summary>
public sealed class ThrowingSendTests
{
    public static TheoryData<DistanceKind> Kinds => [DistanceKind.Thread, DistanceKind.SharedMemory, DistanceKind.UnixSocket];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_codec_that_throws_fails_its_own_message_and_others_go_from_any_thread(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        ChannelSpec<Note> channel = new("notes") { Context = distance.Context, Codec = new FussyCodec(), Capacity = 1000 };
        await using Consumer<Note> consumer = distance.Far.OpenConsumer(channel);
        await using Producer<Note> producer = distance.Near.OpenProducer(channel);
        await producer.WaitForPeersAsync(1, Patience.Token).Within();
        await Background.Run(() =>
        {
            // Enough of them in a row that the gate leans towards this thread.
            for (int i = 0; i < 3000; i++)
            {
                Assert.Throws<FormatException>(() => producer.TrySend(Note.Of(-1)));
            }

            Assert.True(producer.TrySend(Note.Of(1)));
        }).Within();
        Assert.True(await Background.Run(() => producer.TrySend(Note.Of(2))).Within());
        await Assert.ThrowsAsync<FormatException>(() => producer.SendAsync(Note.Of(-1)).AsTask().Within());
        await Assert.ThrowsAsync<FormatException>(() => Background.Run(() => producer.Send(Note.Of(-1))).Within());
        await producer.SendAsync(Note.Of(3)).AsTask().Within();
        for (int i = 1; i <= 3; i++)
        {
            Assert.Equal(i, (await consumer.ReceiveAsync(Patience.Token).AsTask().Within()).Id);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_reference_to_nothing_is_refused_and_others_send_on(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        ChannelSpec<long> channel = new("numbers") { Context = distance.Context, Capacity = 1000 };
        await using Consumer<long> consumer = distance.Far.OpenConsumer(channel);
        await using Producer<long> producer = distance.Near.OpenProducer(channel);
        await producer.WaitForPeersAsync(1, Patience.Token).Within();
        await Background.Run(() =>
        {
            // The first finds out that there is one receiver: the next go the short way.
            Assert.True(producer.TrySend(1));
            Assert.Throws<ArgumentNullException>(() => producer.TrySend(in Unsafe.NullRef<long>()));
            Assert.Throws<ArgumentNullException>(() => producer.Send(in Unsafe.NullRef<long>()));
            Assert.Throws<ArgumentNullException>(() => producer.TrySend(in Unsafe.NullRef<long>(), TimeSpan.FromSeconds(1)));
        }).Within();
        Assert.True(await Background.Run(() => producer.TrySend(2)).Within());
        Assert.Equal(1, await consumer.ReceiveAsync(Patience.Token).AsTask().Within());
        Assert.Equal(2, await consumer.ReceiveAsync(Patience.Token).AsTask().Within());
    }

    /// <summary>Throws half-way through a note of a negative number.</summary>
    private sealed class FussyCodec : ICodec<Note>
    {
        public string Schema => "fussy notes";

        public void Encode(in Note message, IBufferWriter<byte> output)
        {
            BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(sizeof(long)), message.Id);
            output.Advance(sizeof(long));
            if (message.Id < 0)
            {
                throw new FormatException("A negative number.");
            }
        }

        public Note Decode(ReadOnlySpan<byte> message) => Note.Of(BinaryPrimitives.ReadInt64LittleEndian(message));
    }
}
