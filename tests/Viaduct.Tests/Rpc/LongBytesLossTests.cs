using Viaduct.Blobs;
using Viaduct.Rpc;
using Viaduct.Supervision;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>Calls with long bytes whose callee dies while it writes them.</summary>
[Collection(Collections.Alone)]
public sealed class LongBytesLossTests
{
    private const int Length = 3 * LongBytes.Least;

    [Fact]
    public async Task A_call_that_is_made_again_has_the_bytes_that_the_caller_gave_whatever_the_dead_one_wrote()
    {
        using TemporaryDirectory directory = TemporaryDirectory.Create();
        await using var distance = new Distance(DistanceKind.SharedMemory);
        await using Isolated<IBulk> worker = await Isolate(distance);
        for (int i = 0; i < 4; i++)
        {
            byte[] bytes = new byte[Length];
            bytes.AsSpan().Fill((byte)i);
            int before = await Background.Run(worker.Service.Process).Within();
            await Background.Run(() => worker.Service.FlipAndDieOnce(bytes, 0x55, Path.Combine(directory.Path, $"{i}"))).Within();
            Assert.Equal(-1, bytes.AsSpan().IndexOfAnyExcept((byte)(i ^ 0x55)));
            Assert.NotEqual(before, await Background.Run(worker.Service.Process).Within());
        }

        await ComesBack();
    }

    [Fact]
    public async Task Also_where_it_has_several_of_them_and_its_result_has()
    {
        using TemporaryDirectory directory = TemporaryDirectory.Create();
        await using var distance = new Distance(DistanceKind.SharedMemory);
        await using Isolated<IBulk> worker = await Isolate(distance);
        for (byte i = 0; i < 3; i++)
        {
            byte[][] bytes = [.. Enumerable.Range(1, 5).Select(number => Filled((byte)((10 * i) + number)))];
            Halves halves = await Background.Run(
                () => worker.Service.MirrorAndDieOnce(new Halves(bytes[0], bytes[1], [bytes[2], bytes[2]], null), bytes[3], bytes[4], Path.Combine(directory.Path, $"{i}"))).Within();
            Assert.True(File.Exists(Path.Combine(directory.Path, $"{i}")), "Nobody died.");
            Assert.Equal(Filled((byte)((10 * i) + 2)), halves.Left);
            Assert.Equal(Filled((byte)((10 * i) + 1)), halves.Right);
            Assert.Equal([Filled((byte)((10 * i) + 3)), Filled((byte)((10 * i) + 3))], halves.More);
            Assert.Null(halves.Last);
            Assert.Equal(Filled((byte)((10 * i) + 5)), bytes[3]);
            Assert.Equal(Filled((byte)((10 * i) + 4)), bytes[4]);
        }

        await ComesBack();
    }

    [Fact]
    public async Task One_that_must_not_be_made_again_leaves_the_callers_bytes_as_they_were_and_its_memory_comes_back()
    {
        await using var distance = new Distance(DistanceKind.SharedMemory);
        await using Isolated<IBulk> worker = await Isolate(distance);
        byte[] bytes = new byte[Length];
        bytes.AsSpan().Fill(9);
        for (int i = 0; i < 2; i++)
        {
            await Assert.ThrowsAsync<OutcomeUnknownException>(() => Background.Run(() => worker.Service.FlipAndDie(bytes, 0x55)).Within());
            Assert.Equal(-1, bytes.AsSpan().IndexOfAnyExcept((byte)9));
            await Background.Run(() => worker.Service.Flip(bytes, 0)).Within();
        }

        await ComesBack();
    }

    private static async Task<Isolated<IBulk>> Isolate(Distance distance)
    {
        Isolated<IBulk> worker = distance.Near.Isolate<IBulk, Bulk>(new IsolateOptions { Standbys = 1, MaxFailedStarts = 100 });
        await worker.WaitForWorkersAsync(1, Patience.Token).Within();
        return worker;
    }

    private static byte[] Filled(byte value)
    {
        byte[] bytes = new byte[Length];
        bytes.AsSpan().Fill(value);
        return bytes;
    }

    /// <summary>Nothing of what the dead ones used stays in use.</summary>
    private static async Task ComesBack() => await Waiting.Until(() =>
    {
        BlobMemory.Sweep();
        return BlobMemory.Lingering == 0;
    });
}
