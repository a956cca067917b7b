using Viaduct.Memory;

namespace Viaduct.Tests.Memory;

public sealed class ChunkPoolTests
{
    private readonly List<MemoryBlock> _retired = [];
    private int _freed;

    [Fact]
    public void A_sender_with_nothing_else_out_needs_one_chunk()
    {
        var share = new ChunkShare(Pool(), long.MaxValue);
        Chunk first = Rent(share, 5000);
        for (int i = 0; i < 100; i++)
        {
            first.Release();
            Assert.Same(first, Rent(share, 5000));
        }
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(64 << 10)]
    [InlineData(1 << 20)]
    [InlineData(16 << 20)]
    public void A_stream_uses_a_bounded_number_of_chunks_each_as_late_as_can_be(int size)
    {
        ChunkPool pool = Pool();
        var share = new ChunkShare(pool, long.MaxValue);
        int rotation = ChunkPool.Rotation(size);
        var order = new List<Chunk>();
        Chunk inFlight = Rent(share, size);
        for (int i = 0; i < 5 * rotation; i++)
        {
            Chunk next = Rent(share, size);
            order.Add(next);
            inFlight.Release();
            inFlight = next;
        }

        Assert.InRange(order.Distinct().Count(), 2, rotation);
        for (int i = 2 * rotation; i < order.Count; i++)
        {
            Assert.Same(order[i - rotation], order[i]);
        }

        Assert.Equal((long)rotation * size, pool.Rented);
    }

    [Fact]
    public void Of_messages_that_fill_the_caches_the_one_that_came_back_last_is_used_again_while_nothing_is_out()
    {
        const int size = 16 << 20;
        Assert.True(ChunkPool.FillsCaches(size));
        var share = new ChunkShare(Pool(), long.MaxValue);
        Chunk[] burst = [.. Enumerable.Range(0, 3).Select(_ => Rent(share, size))];
        Assert.All(burst, chunk => chunk.Release());
        for (int i = 0; i < 10; i++)
        {
            Chunk next = Rent(share, size);
            Assert.Same(burst[^1], next);
            next.Release();
        }
    }

    [Fact]
    public void What_came_back_after_a_burst_is_kept_up_to_a_rotation()
    {
        ChunkPool pool = Pool();
        var share = new ChunkShare(pool, long.MaxValue);
        Chunk[] burst = [.. Enumerable.Range(0, 40).Select(_ => Rent(share, 1 << 20))];
        Assert.All(burst, chunk => chunk.Release());
        Assert.Equal(ChunkPool.Rotation(1 << 20) << 20, pool.Rented);
    }

    [Fact]
    public void What_is_kept_of_other_sizes_stops_no_message()
    {
        var share = new ChunkShare(Pool(), 64 << 10);
        Chunk[] small = [.. Enumerable.Range(0, 16).Select(_ => Rent(share, 4096))];
        Assert.All(small, chunk => chunk.Release());
        Rent(share, 16 << 10);
        Rent(share, 32 << 10);
        Rent(share, 16 << 10);
        Assert.False(share.TryRent(4096, out _));
    }

    [Theory]
    [InlineData(0, 4096)]
    [InlineData(1, 4096)]
    [InlineData(4096, 4096)]
    [InlineData(4097, 8192)]
    [InlineData((1 << 20) + 1, 1 << 21)]
    [InlineData(256 << 20, 256 << 20)]
    public void Sizes_are_powers_of_two_from_a_page_on(int length, int size) => Assert.Equal(size, ChunkPool.SizeFor(length));

    [Fact]
    public void A_share_that_is_used_up_stops_nobody_else()
    {
        ChunkPool pool = Pool(maximum: 2 << 20);
        var greedy = new ChunkShare(pool, 64 << 20);
        Chunk[] chunks = [Rent(greedy, 1 << 20), Rent(greedy, 1 << 20)];
        Assert.False(greedy.TryRent(1 << 20, out _));

        // The pool is at its bound, but who has nothing gets one chunk.
        var modest = new ChunkShare(pool, 64 << 20);
        Chunk one = Rent(modest, 1 << 20);
        Assert.False(modest.TryRent(1 << 20, out _));
        Assert.Equal(0, _freed);

        one.Release();
        Assert.Equal(1, _freed);
        Rent(modest, 1 << 20).Release();
        chunks[0].Release();
    }

    [Fact]
    public void A_share_has_a_bound_which_a_single_chunk_may_exceed()
    {
        var share = new ChunkShare(Pool(), 10_000);
        Chunk large = Rent(share, 20_000);
        Assert.False(share.TryRent(1, out _));
        large.Release();
        Chunk first = Rent(share, 4096);
        Rent(share, 4096);
        Assert.False(share.TryRent(4096, out _));
        first.Release();
        Rent(share, 4096);
    }

    [Fact]
    public void Only_blocks_without_a_chunk_that_is_out_are_retired()
    {
        ChunkPool pool = Pool();
        var share = new ChunkShare(pool, long.MaxValue);
        Chunk[] small = [.. Enumerable.Range(0, 300).Select(_ => Rent(share, 4096))];
        Chunk large = Rent(share, 2 << 20);
        Assert.Equal(4 << 20, pool.Bytes);
        Assert.Equal((300 * 4096) + (2 << 20), pool.Rented);
        large.Release();
        foreach (Chunk chunk in small[1..])
        {
            chunk.Release();
        }

        share.Flush();
        pool.Trim(idle: 0);

        Assert.Equal(1 << 20, pool.Bytes);
        Assert.Equal(4096, pool.Rented);
        Assert.Equal(2, _retired.Count);
        Assert.DoesNotContain(small[0].Home.Block, _retired);

        // What is left of the pool serves on.
        Chunk[] again = [.. Enumerable.Range(0, 255).Select(_ => Rent(share, 4096))];
        Assert.All(again, chunk => Assert.Same(small[0].Home, chunk.Home));
        Assert.Equal(255, again.Distinct().Count());
        Assert.NotSame(small[0].Home, Rent(share, 4096).Home);
    }

    [Fact]
    public void Who_was_refused_hears_of_it_when_idle_blocks_of_other_sizes_go()
    {
        ChunkPool pool = Pool(maximum: 4 << 20);
        var idle = new ChunkShare(pool, long.MaxValue);
        Chunk[] small = [.. Enumerable.Range(0, 3).Select(_ => Rent(idle, 1 << 20))];
        var share = new ChunkShare(pool, long.MaxValue);
        Rent(share, 1 << 20);
        Assert.All(small, chunk => chunk.Release());
        idle.Flush();
        Assert.False(share.TryRent(2 << 20, out _));
        Assert.Equal(0, _freed);

        pool.Trim(idle: 0);

        Assert.Equal(1, _freed);
        Assert.False(pool.IsStarved);
        Rent(share, 2 << 20);
        pool.Trim(idle: 0);
        Assert.Equal(1, _freed);
    }

    [Fact]
    public void A_closed_share_keeps_nothing()
    {
        ChunkPool pool = Pool();
        var share = new ChunkShare(pool, long.MaxValue);
        Chunk kept = Rent(share, 100);
        Chunk held = Rent(share, 100);
        kept.Release();
        share.Close();
        Assert.Equal(4096, pool.Rented);
        held.Release();
        Assert.Equal(0, pool.Rented);
    }

    [Fact]
    public void A_chunk_goes_back_with_its_last_user_and_can_not_be_held_after_that()
    {
        ChunkPool pool = Pool();
        var share = new ChunkShare(pool, long.MaxValue);
        Chunk chunk = Rent(share, 100);
        Assert.True(chunk.TryHold());
        chunk.Release();
        share.Flush();
        Assert.Equal(4096, pool.Rented);
        chunk.Release();
        share.Flush();
        Assert.Equal(0, pool.Rented);
        Assert.False(chunk.TryHold());
    }

    private static Chunk Rent(ChunkShare share, int length)
    {
        Assert.True(share.TryRent(length, out Chunk chunk));
        Assert.True(chunk.Size >= length);
        return chunk;
    }

    private ChunkPool Pool(long maximum = long.MaxValue) =>
        new(static size => new PinnedBlock(size), _retired.Add, maximum) { Freed = () => _freed++ };
}
