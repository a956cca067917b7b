using System.Runtime.CompilerServices;
using Viaduct.Blobs;
using Viaduct.Memory;
using Viaduct.Messages;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Blobs;

/// <summary>Blobs, and channels that carry them.</summary>
public sealed class BlobTests
{
    [Fact]
    public void A_new_blob_is_zeros_even_where_memory_is_used_again()
    {
        for (int i = 0; i < 3; i++)
        {
            using Blob blob = Blob.Allocate(10_000);
            Assert.Equal(10_000, blob.Length);
            Assert.False(blob.ReadOnlySpan.ContainsAnyExcept((byte)0));
            blob.Span.Fill(0xAB);
            Assert.Equal(0xAB, blob.Memory.Span[9_999]);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => Blob.Allocate(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Blob.Allocate(int.MaxValue));
    }

    [Fact]
    public void What_is_done_with_a_disposed_blob_throws()
    {
        Blob blob = Blob.Allocate(10);
        blob.Dispose();
        Assert.Throws<ObjectDisposedException>(blob.Dispose);
        Assert.Throws<ObjectDisposedException>(() => blob.Length);
        Assert.Throws<ObjectDisposedException>(() => blob.Span.Length);
        Assert.Throws<ObjectDisposedException>(() => blob.ReadOnlySpan.Length);
        Assert.Throws<ObjectDisposedException>(() => blob.Memory);
        Assert.Throws<ObjectDisposedException>(() => blob.SpanForOverwrite().Length);
        Assert.Throws<ObjectDisposedException>(blob.Clone);
    }

    [Fact]
    public void Clones_share_their_memory_until_one_is_written()
    {
        using Blob one = Blob.Allocate(5000);
        one.Span.Fill(1);
        using Blob two = one.Clone();
        Assert.True(Unsafe.AreSame(in one.ReadOnlySpan[0], in two.ReadOnlySpan[0]));
        two.Span[0] = 2;
        Assert.Equal(1, one.ReadOnlySpan[0]);
        Assert.Equal(2, two.ReadOnlySpan[0]);
        Assert.Equal(1, two.ReadOnlySpan[4999]);
        one.Span[1] = 3;
        Assert.Equal(1, two.ReadOnlySpan[1]);
    }

    [Fact]
    public void A_forgotten_blobs_memory_comes_back()
    {
        Piece memory = Forget();
        for (int i = 0; i < 50 && memory.TryHold(); i++)
        {
            memory.Release();
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(memory.TryHold());

        [MethodImpl(MethodImplOptions.NoInlining)]
        static Piece Forget() => Blob.Allocate(100).Piece;
    }

    [Fact]
    public void A_message_by_itself_has_its_blobs_bytes_in_it()
    {
        using Blob blob = Blob.Allocate(300);
        blob.Span.Fill(9);
        var codec = (ICodec<Album>)GeneratedCodecs.Get<Album>();
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        codec.Encode(new Album("x", [blob], blob), output);
        Album read = codec.Decode(output.WrittenSpan);
        Assert.Equal(9 * 300, Darkroom.SumOf(read.Images[0].ReadOnlySpan));
        Assert.Equal(9 * 300, Darkroom.SumOf(read.Cover!.ReadOnlySpan));
    }

    [Theory]
    [InlineData(DistanceKind.Thread)]
    [InlineData(DistanceKind.SharedMemory)]
    [InlineData(DistanceKind.UnixSocket)]
    [InlineData(DistanceKind.Machine)]
    public async Task Channels_carry_blobs_and_the_sender_may_go_on_writing(DistanceKind kind)
    {
        await using var distance = new Distance(kind);
        ChannelSpec<Album> albums = new("albums") { Context = distance.Context };
        using Consumer<Album> consumer = distance.Far.OpenConsumer(albums);
        using Producer<Album> producer = distance.Near.OpenProducer(albums);
        using Blob blob = Blob.Allocate(20_000);
        for (int i = 0; i < 50; i++)
        {
            blob.SpanForOverwrite().Fill((byte)i);
            await producer.SendAsync(new Album($"{i}", [blob], i % 2 == 0 ? blob : null)).AsTask().Within();
        }

        for (int i = 0; i < 50; i++)
        {
            Album album = await consumer.ReceiveAsync().AsTask().Within();
            Assert.Equal($"{i}", album.Title);
            Assert.Equal(20_000L * (byte)i, Darkroom.SumOf(album.Images[0].ReadOnlySpan));
            Assert.Equal(i % 2 == 0, album.Cover is not null);
            album.Images[0].Dispose();
            album.Cover?.Dispose();
        }
    }

    [Theory]
    [InlineData(DistanceKind.Thread)]
    [InlineData(DistanceKind.SharedMemory)]
    [InlineData(DistanceKind.UnixSocket)]
    [InlineData(DistanceKind.Machine)]
    public async Task Publishers_send_each_subscriber_the_same_memory_or_a_copy_across_machines(DistanceKind kind)
    {
        await using var distance = new Distance(kind);
        ChannelSpec<Album> albums = new("albums") { Context = distance.Context };
        using Subscriber<Album> one = distance.Far.OpenSubscriber(albums);
        using Subscriber<Album> two = distance.Far.OpenSubscriber(albums);
        using Publisher<Album> publisher = distance.Near.OpenPublisher(albums);
        await publisher.WaitForPeersAsync(2, Patience.Token).Within();
        using Blob blob = Blob.Allocate(20_000);
        for (int i = 0; i < 50; i++)
        {
            blob.SpanForOverwrite().Fill((byte)i);
            await publisher.SendAsync(new Album($"{i}", [blob], null)).AsTask().Within();
        }

        foreach (Subscriber<Album> subscriber in new[] { one, two })
        {
            for (int i = 0; i < 50; i++)
            {
                Album album = await subscriber.ReceiveAsync().AsTask().Within();
                Assert.Equal(20_000L * i, Darkroom.SumOf(album.Images[0].ReadOnlySpan));
                album.Images[0].Dispose();
            }
        }
    }

    [Fact]
    public async Task What_a_closed_consumer_had_not_taken_goes_to_another_one_with_its_blobs()
    {
        await using var distance = new Distance(DistanceKind.SharedMemory);
        ChannelSpec<Album> albums = new("albums") { Context = distance.Context };
        using Producer<Album> producer = distance.Near.OpenProducer(albums);
        using (Consumer<Album> first = distance.Far.OpenConsumer(albums))
        {
            for (int i = 0; i < 10; i++)
            {
                using Blob blob = Blob.Allocate(20_000);
                blob.Span.Fill((byte)i);
                await producer.SendAsync(new Album($"{i}", [blob], null)).AsTask().Within();
            }
        }

        using Consumer<Album> second = distance.Far.OpenConsumer(albums);
        for (int i = 0; i < 10; i++)
        {
            Album album = await second.ReceiveAsync().AsTask().Within();
            Assert.Equal($"{i}", album.Title);
            Assert.Equal(20_000L * i, Darkroom.SumOf(album.Images[0].ReadOnlySpan));
            album.Images[0].Dispose();
        }
    }

    [Fact]
    public async Task Memory_comes_back_when_nobody_holds_it_in_any_process()
    {
        await using var distance = new Distance(DistanceKind.SharedMemory);
        ChannelSpec<Album> albums = new("albums") { Context = distance.Context };
        using Consumer<Album> consumer = distance.Far.OpenConsumer(albums);
        using Producer<Album> producer = distance.Near.OpenProducer(albums);
        long least = long.MaxValue;
        for (int round = 0; round < 6; round++)
        {
            for (int i = 0; i < 100; i++)
            {
                using (Blob blob = Blob.AllocateUninitialized(1 << 20))
                {
                    blob.Span[0] = (byte)i;
                    await producer.SendAsync(new Album("", [blob], null)).AsTask().Within();
                }

                Album album = await consumer.ReceiveAsync().AsTask().Within();
                Assert.Equal((byte)i, album.Images[0].ReadOnlySpan[0]);
                album.Images[0].Dispose();
            }

            // Those of tests that run beside this one count, too, for a while; of what went through here it would be 300 MiB by then.
            least = round < 2 ? least : Math.Min(least, BlobMemory.Bytes);
        }

        // Six hundred MiB went through, in the memory of a few.
        Assert.True(least < 200L << 20, $"{least}");
    }
}
