using Viaduct.Blobs;
using Viaduct.Rpc;
using Viaduct.Supervision;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>Bytes of calls by every road, short and long: what goes beside a call arrives as what goes in it.</summary>
public sealed class LongBytesTests : IAsyncDisposable
{
    private const int Long = LongBytes.Least;

    private readonly List<Func<Task>> _ends = [];

    public static TheoryData<DistanceKind?> Roads => [DistanceKind.Thread, DistanceKind.SharedMemory, DistanceKind.UnixSocket, DistanceKind.Machine, (DistanceKind?)null];

    private static int[] Lengths => [0, 1, Long - 1, Long, Long + 1, (4 << 20) + 3];

    public async ValueTask DisposeAsync()
    {
        _ends.Reverse();
        foreach (Func<Task> end in _ends)
        {
            await end().Within();
        }
    }

    [Theory]
    [MemberData(nameof(Roads))]
    public async Task A_span_of_any_length_goes_there_and_back_and_nothing_beside_it_is_touched(DistanceKind? road)
    {
        IBulk bulk = await Connect(road);
        await Background.Run(() =>
        {
            foreach (int length in Lengths)
            {
                byte[] whole = Numbers(length + 20);
                byte[] expected = Numbers(length + 20);
                new Bulk().Flip(expected.AsSpan(7, length), 0x5A);
                bulk.Flip(whole.AsSpan(7, length), 0x5A);
                Assert.True(expected.AsSpan().SequenceEqual(whole));
                Assert.Equal(Bulk.SumOf(whole.AsSpan(3, length)), bulk.Sum(whole.AsSpan(3, length)));
            }

            Span<byte> onStack = stackalloc byte[Long + 100];
            onStack.Fill(3);
            bulk.Flip(onStack, 1);
            Assert.Equal(-1, onStack.IndexOfAnyExcept((byte)2));
        }).Within();
    }

    [Theory]
    [MemberData(nameof(Roads))]
    public async Task Memory_and_arrays_of_any_length_do_also_where_calls_are_awaited(DistanceKind? road)
    {
        IBulk bulk = await Connect(road);
        foreach (int length in Lengths)
        {
            byte[] whole = Numbers(length + 20);
            byte[] expected = Numbers(length + 20);
            new Bulk().Flip(expected.AsSpan(7, length), 0x5A);
            await bulk.FlipAsync(whole.AsMemory(7, length), 0x5A).Within();
            Assert.True(expected.AsSpan().SequenceEqual(whole));
            Assert.Equal(Bulk.SumOf(whole.AsSpan(7, length)), await bulk.SumAsync(whole.AsMemory(7, length)).AsTask().Within());

            byte[] reversed = await Background.Run(() => bulk.Reverse(whole)).Within();
            Array.Reverse(reversed);
            Assert.True(expected.AsSpan().SequenceEqual(reversed));
        }

        // More parts than may lie beside a call, and streams, whose items say how long they are.
        byte[] bytes = Numbers(20 * Long);
        Assert.Equal(bytes, (await Background.Run(() => bulk.Split(bytes, 20)).Within()).SelectMany(static part => part));
        List<byte> parts = [];
        await foreach (byte[] part in bulk.PartsAsync(bytes, 5))
        {
            parts.AddRange(part);
        }

        Assert.Equal(bytes, parts);
    }

    [Theory]
    [MemberData(nameof(Roads))]
    public async Task Several_go_in_one_call_each_to_its_place_and_blobs_with_them(DistanceKind? road)
    {
        IBulk bulk = await Connect(road);
        await Background.Run(() =>
        {
            byte[] left = Numbers(2 * Long);
            byte[] right = [.. Numbers(2 * Long).Reverse()];
            bulk.Swap(left, right);
            Assert.True(right.AsSpan().SequenceEqual(Numbers(2 * Long)));
            Assert.True(left.AsSpan().SequenceEqual([.. Numbers(2 * Long).Reverse()]));

            foreach ((int first, int third, int fifth) in new[] { (Long, Long + 5, Long + 9), (5, Long, 0), (Long, 5, -1), (Long, Long, 7), (3, 4, 5) })
            {
                using Blob second = Blob.AllocateUninitialized(1000);
                Numbers(1000).CopyTo(second.Span);
                using Blob sixth = second.Clone();
                byte[] written = Numbers(third);
                byte[]? last = fifth < 0 ? null : Numbers(fifth);
                long expected = Bulk.SumOf(Numbers(first)) + (14 * Bulk.SumOf(second.ReadOnlySpan)) + (5 * Bulk.SumOf(written)) + 4 + (7 * Bulk.SumOf(last));
                Assert.Equal(expected, bulk.Mix(Numbers(first), second, written, "four", last, sixth));
                Assert.Equal(-1, written.AsSpan().IndexOfAnyExcept((byte)1));
                Assert.Equal(-1, sixth.ReadOnlySpan.IndexOfAnyExcept((byte)2));
                Assert.True(second.ReadOnlySpan.SequenceEqual(Numbers(1000)));
            }
        }).Within();
    }

    [Theory]
    [MemberData(nameof(Roads))]
    public async Task A_message_has_as_many_of_them_as_it_has_places_and_one_array_may_stand_in_several(DistanceKind? road)
    {
        IBulk bulk = await Connect(road);
        await Background.Run(() =>
        {
            byte[] one = Numbers(Long + 3);
            byte[] other = Numbers(2 * Long);
            foreach (Halves halves in new Halves[]
            {
                new(one, other, [other, one, []], one),
                new(one, one, [one, one, one], null),
                new(other, [], [], other),

                // Some beside the call, and more than may lie there.
                new([1, 2, 3], one, [.. Enumerable.Repeat(one, 20)], [4]),
            })
            {
                Equal(new Bulk().Mirror(halves), bulk.Mirror(halves));
            }

            // The same memory twice: each argument is a copy of its own, and both come back.
            bulk.Swap(one, one);
            Assert.Equal(Numbers(Long + 3), one);
        }).Within();
    }

    [Theory]
    [MemberData(nameof(Roads))]
    public async Task Memory_that_is_awaited_may_be_several_too(DistanceKind? road)
    {
        IBulk bulk = await Connect(road);
        byte[] left = Numbers(2 * Long);
        byte[] right = [.. Numbers(2 * Long).Reverse()];
        await bulk.SwapAsync(left, right).Within();
        Assert.Equal(Numbers(2 * Long), right);
        Assert.Equal(Numbers(2 * Long).Reverse(), left);
        byte[] whole = [.. left, .. right];
        await bulk.SwapAsync(whole.AsMemory(0, 2 * Long), whole.AsMemory(2 * Long)).Within();
        Assert.Equal([.. right, .. left], whole);
    }

    [Theory]
    [MemberData(nameof(Roads))]
    public async Task A_call_that_fails_leaves_the_callers_bytes_as_they_were_and_a_one_way_call_takes_them_along(DistanceKind? road)
    {
        IBulk bulk = await Connect(road);
        byte[] bytes = Numbers(2 * Long);
        RemoteException error = await Assert.ThrowsAsync<RemoteException>(() => Background.Run(() => bulk.FailAfterWriting(bytes)).Within());
        Assert.Equal("too late", error.RemoteMessage);
        Assert.True(bytes.AsSpan().SequenceEqual(Numbers(2 * Long)));

        await Background.Run(() => bulk.Note(bytes)).Within();
        bytes.AsSpan().Clear();
        await Waiting.Until(() => bulk.Noted() == Bulk.SumOf(Numbers(2 * Long)));
    }

    [Theory]
    [MemberData(nameof(Roads))]
    public async Task Memory_that_a_method_keeps_ends_with_its_call(DistanceKind? road)
    {
        IBulk bulk = await Connect(road);
        await Background.Run(() => bulk.Keep(new byte[Long])).Within();
        Assert.Contains("has ended", await Background.Run(bulk.UseKept).Within(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_callers_at_once_each_get_their_own_bytes()
    {
        IBulk bulk = await Connect(null);
        await Task.WhenAll(Enumerable.Range(1, 6).Select(caller => Background.Run(() =>
        {
            byte[] bytes = new byte[Long + (1000 * caller)];
            for (int i = 0; i < 50; i++)
            {
                bytes.AsSpan().Fill((byte)caller);
                bulk.Flip(bytes, 0x80);
                Assert.Equal(-1, bytes.AsSpan().IndexOfAnyExcept((byte)(caller | 0x80)));
            }
        }))).Within();
    }

    private static void Equal(Halves expected, Halves actual)
    {
        Assert.Equal(expected.Left, actual.Left);
        Assert.Equal(expected.Right, actual.Right);
        Assert.Equal(expected.More, actual.More);
        Assert.Equal(expected.Last, actual.Last);
    }

    private static byte[] Numbers(int length)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++)
        {
            bytes[i] = (byte)((i * 7) + (i >> 8));
        }

        return bytes;
    }

    private async Task<IBulk> Connect(DistanceKind? road)
    {
        var distance = new Distance(road ?? DistanceKind.SharedMemory);
        _ends.Add(() => distance.DisposeAsync().AsTask());
        if (road is null)
        {
            Isolated<IBulk> isolated = distance.Near.Isolate<IBulk, Bulk>(new IsolateOptions { Standbys = 0 });
            _ends.Add(() => isolated.DisposeAsync().AsTask());
            await isolated.WaitForWorkersAsync(1, Patience.Token).Within();
            return isolated.Service;
        }

        Served<IBulk> served = await distance.OpenService<IBulk>(new Bulk());
        _ends.Add(() => served.DisposeAsync().AsTask());
        return served.Service;
    }
}
