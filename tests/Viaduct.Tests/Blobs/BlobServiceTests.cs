using Viaduct.Rpc;
using Viaduct.Supervision;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Blobs;

/// <summary>Blobs in calls, by every road.</summary>
public sealed class BlobServiceTests : IAsyncDisposable
{
    private const int Length = 100_000;

    private readonly List<Func<Task>> _ends = [];

    public static TheoryData<DistanceKind?> Roads => [DistanceKind.Thread, DistanceKind.SharedMemory, DistanceKind.UnixSocket, DistanceKind.Machine, (DistanceKind?)null];

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
    public async Task A_call_reads_what_the_caller_wrote(DistanceKind? road)
    {
        IDarkroom room = await Connect(road);
        using Blob image = Numbers(Length);
        Assert.Equal(Darkroom.SumOf(image.ReadOnlySpan), await Background.Run(() => room.Sum(image)).Within());
        Assert.Equal(0, await Background.Run(() =>
        {
            using Blob nothing = Blob.Allocate(0);
            return room.Sum(nothing);
        }).Within());
    }

    [Theory]
    [MemberData(nameof(Roads))]
    public async Task What_a_call_writes_the_callers_blob_refers_to_and_clones_do_not(DistanceKind? road)
    {
        IDarkroom room = await Connect(road);
        using Blob image = Numbers(Length);
        using Blob before = image.Clone();
        byte[] bytes = image.ReadOnlySpan.ToArray();

        await Background.Run(() => room.Invert(image)).Within();
        Assert.Equal(Array.ConvertAll(bytes, static one => (byte)~one), image.ReadOnlySpan.ToArray());
        Assert.Equal(bytes, before.ReadOnlySpan.ToArray());

        await Background.Run(() => room.Invert(image)).Within();
        Assert.Equal(bytes, image.ReadOnlySpan.ToArray());

        await Background.Run(() => room.Paint(image, 7)).Within();
        Assert.Equal(7L * Length, Darkroom.SumOf(image.ReadOnlySpan));
        image.Span[0] = 9;
        Assert.Equal((7L * Length) + 2, await Background.Run(() => room.Sum(image)).Within());
    }

    [Theory]
    [MemberData(nameof(Roads))]
    public async Task Results_and_items_of_streams_are_the_callers(DistanceKind? road)
    {
        IDarkroom room = await Connect(road);
        using (Blob image = await Background.Run(() => room.Develop(Length, 3)).Within())
        {
            Assert.Equal(Length, image.Length);
            Assert.Equal(3L * Length, Darkroom.SumOf(image.ReadOnlySpan));
            image.Span.Fill(4);
            Assert.Equal(4L * Length, Darkroom.SumOf(image.ReadOnlySpan));
        }

        using (Blob image = await room.DevelopAsync(Length, 5).Within())
        {
            Assert.Equal(5L * Length, Darkroom.SumOf(image.ReadOnlySpan));
        }

        int next = 0;
        await foreach (Blob image in room.BurstAsync(40, 5000))
        {
            Assert.Equal(5000L * next++, Darkroom.SumOf(image.ReadOnlySpan));
            image.Dispose();
        }

        Assert.Equal(40, next);
        Assert.Equal(10 * 9 / 2 * 5000, await room.SumAllAsync(Images()).Within());

        static async IAsyncEnumerable<Blob> Images()
        {
            for (int i = 0; i < 10; i++)
            {
                await Task.Yield();
                Blob image = Blob.Allocate(5000);
                image.Span.Fill((byte)i);
                yield return image;
            }
        }
    }

    [Theory]
    [MemberData(nameof(Roads))]
    public async Task Messages_carry_any_number_of_blobs(DistanceKind? road)
    {
        IDarkroom room = await Connect(road);
        Blob[] images = [.. Enumerable.Range(1, 20).Select(i =>
        {
            Blob image = Blob.Allocate(i * 1000);
            image.Span.Fill((byte)i);
            return image;
        })];
        Album album = new("summer", images, null);
        Album reversed = await Background.Run(() => room.Reverse(album)).Within();
        Assert.Equal("summer", reversed.Title);
        Assert.Equal(Enumerable.Range(1, 20).Reverse(), reversed.Images.Select(static image => image.Length / 1000));
        Assert.All(reversed.Images, static image => Assert.Equal(image.Length / 1000 * image.Length, Darkroom.SumOf(image.ReadOnlySpan)));
        Assert.Equal(1000, reversed.Cover!.Length);
        Array.ForEach(images, static image => image.Dispose());
        Assert.All(reversed.Images, static image => Assert.Equal(image.Length / 1000 * image.Length, Darkroom.SumOf(image.ReadOnlySpan)));
        Assert.All(reversed.Images.Append(reversed.Cover), static image => image.Dispose());
        Assert.Throws<ObjectDisposedException>(() => room.Reverse(album));
    }

    [Theory]
    [MemberData(nameof(Roads))]
    public async Task What_a_service_keeps_stays_whatever_its_caller_does(DistanceKind? road)
    {
        IDarkroom room = await Connect(road);
        Blob image = Numbers(Length);
        byte[] bytes = image.ReadOnlySpan.ToArray();
        await Background.Run(() => room.Keep(image)).Within();
        image.Span.Clear();
        image.Dispose();

        // Memory that came back too early would be written now.
        for (int i = 0; i < 20; i++)
        {
            using Blob other = Blob.Allocate(Length);
            other.Span.Fill(0xEE);
            await Background.Run(() => room.Sum(other)).Within();
        }

        using Blob? kept = await Background.Run(room.Kept).Within();
        Assert.Equal(bytes, kept!.ReadOnlySpan.ToArray());

        using (Blob second = Numbers(50))
        {
            room.KeepOneWay(second);
        }

        await Waiting.Until(() =>
        {
            using Blob? now = room.Kept();
            return now!.Length == 50;
        });
    }

    [Theory]
    [MemberData(nameof(Roads))]
    public async Task Arguments_are_the_callers_and_end_with_the_call(DistanceKind? road)
    {
        IDarkroom room = await Connect(road);
        using Blob image = Numbers(Length);
        byte[] bytes = image.ReadOnlySpan.ToArray();
        Assert.Contains("belongs to the caller", await Background.Run(() => room.DisposeArgument(image)).Within(), StringComparison.Ordinal);
        await Background.Run(() => room.Sum(image)).Within();
        Assert.Contains("has ended", await Background.Run(room.UseEarlier).Within(), StringComparison.Ordinal);
        await Assert.ThrowsAsync<RemoteException>(() => Background.Run(() => room.FailAfterWriting(image)).Within());
        Assert.Equal(bytes, image.ReadOnlySpan.ToArray());
    }

    [Fact]
    public async Task A_blob_goes_on_to_a_third_process_and_back_without_a_copy()
    {
        await using var distance = new Distance(DistanceKind.SharedMemory);
        await using Isolated<IDarkroom> first = distance.Near.Isolate<IDarkroom, Darkroom>(new IsolateOptions { Standbys = 0 });
        await using Isolated<IDarkroom> second = distance.Near.Isolate<IDarkroom, Darkroom>(new IsolateOptions { Standbys = 0 });
        await first.WaitForWorkersAsync(1, Patience.Token).Within();
        await second.WaitForWorkersAsync(1, Patience.Token).Within();
        Assert.NotEqual(first.Service.Process(), second.Service.Process());
        long copied = distance.Near.Report().Memory.BlobBytesCopied;

        Blob image = await Background.Run(() => first.Service.Develop(Length, 3)).Within();
        Assert.Equal(3L * Length, await Background.Run(() => second.Service.Sum(image)).Within());
        await Background.Run(() => second.Service.Keep(image)).Within();
        await Background.Run(() => second.Service.Invert(image)).Within();
        Assert.Equal(252L * Length, await Background.Run(() => first.Service.Sum(image)).Within());
        image.Dispose();

        // What the first one wrote is held by the second one through us.
        for (int i = 0; i < 20; i++)
        {
            using Blob other = await Background.Run(() => first.Service.Develop(Length, 0xEE)).Within();
        }

        using Blob? kept = await Background.Run(second.Service.Kept).Within();
        Assert.Equal(3L * Length, Darkroom.SumOf(kept!.ReadOnlySpan));
        Assert.Equal(copied, distance.Near.Report().Memory.BlobBytesCopied);
    }

    private static Blob Numbers(int length)
    {
        Blob blob = Blob.AllocateUninitialized(length);
        for (int i = 0; i < length; i++)
        {
            blob.Span[i] = (byte)(i * 7);
        }

        return blob;
    }

    private async Task<IDarkroom> Connect(DistanceKind? road)
    {
        var distance = new Distance(road ?? DistanceKind.SharedMemory);
        _ends.Add(() => distance.DisposeAsync().AsTask());
        if (road is null)
        {
            Isolated<IDarkroom> isolated = distance.Near.Isolate<IDarkroom, Darkroom>(new IsolateOptions { Standbys = 0 });
            _ends.Add(() => isolated.DisposeAsync().AsTask());
            await isolated.WaitForWorkersAsync(1, Patience.Token).Within();
            return isolated.Service;
        }

        Served<IDarkroom> served = await distance.OpenService<IDarkroom>(new Darkroom());
        _ends.Add(() => served.DisposeAsync().AsTask());
        return served.Service;
    }
}
