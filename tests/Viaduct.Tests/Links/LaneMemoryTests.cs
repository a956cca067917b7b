using Viaduct.Links;
using Viaduct.Memory;
using Viaduct.Nodes;
using Viaduct.Rings;

namespace Viaduct.Tests.Links;

/// <summary>Memory for a link, of which there is some, but not enough.</summary>
public sealed class LaneMemoryTests : IDisposable
{
    private const int Window = 16;

    private readonly ChannelSpec<int> _channel = new("short") { Capacity = Window };
    private readonly ChunkPool _chunks = new(static size => new PinnedBlock(size), static _ => { }, 1 << 20);
    private int _blocks;

    private int RingBytes => RingSize.For(_channel.Positions, -1);

    public void Dispose() => _chunks.Dispose();

    [Fact]
    public void A_ring_whose_page_finds_none_is_given_back()
    {
        LaneMemory memory = OneBlockOf(RingBytes);
        Assert.Throws<IOException>(() => memory.AllocateRing(RingBytes));

        // All of it is there again.
        Assert.Equal(RingBytes, memory.Rings.Allocate(RingBytes).Length);
    }

    [Fact]
    public unsafe void A_stream_that_finds_enough_for_one_of_the_two_keeps_nothing()
    {
        PinnedBlock page = new(ReceiverPage.SizeFor(Window));
        LaneMemory memory = OneBlockOf(RingBytes);
        Assert.Throws<IOException>(() => new IncomingStream(_channel, memory, -1, Window, (ReceiverPage*)page.Pointer, FullMode.Wait));
        Assert.Equal(RingBytes, memory.Rings.Allocate(RingBytes).Length);
        GC.KeepAlive(page);
    }

    /// <summary>One block is there, of so many bytes.</summary>
    private LaneMemory OneBlockOf(int bytes) => new(
        new Arena(_ => _blocks++ == 0 ? new PinnedBlock(bytes) : throw new IOException("There is no memory."), bytes), _chunks, IsShared: false);
}
