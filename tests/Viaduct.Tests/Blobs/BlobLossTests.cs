using System.Diagnostics;
using Viaduct.Blobs;
using Viaduct.Memory;
using Viaduct.Supervision;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Blobs;

/// <summary>Blobs whose holders or writers die, or go away.</summary>
[Collection(Collections.Alone)]
public sealed class BlobLossTests
{
    private const int Length = 100_000;

    [Fact]
    public async Task What_a_killed_process_held_comes_back()
    {
        await using var distance = new Distance(DistanceKind.SharedMemory);
        await using Isolated<IDarkroom> worker = distance.Near.Isolate<IDarkroom, Darkroom>(new IsolateOptions { Standbys = 0 });
        await worker.WaitForWorkersAsync(1, Patience.Token).Within();
        Blob image = Blob.Allocate(Length);
        Piece memory = image.Piece;
        await Background.Run(() => worker.Service.Keep(image)).Within();
        Assert.True(BlobMemory.IsHeldElsewhere(memory));
        image.Dispose();
        await Waiting.Until(() => BlobMemory.Lingering > 0);

        Kill(await Background.Run(worker.Service.Process).Within());
        await Waiting.Until(() =>
        {
            BlobMemory.Sweep();
            return BlobMemory.Lingering == 0;
        });
        Assert.False(BlobMemory.IsHeldElsewhere(memory));
    }

    [Fact]
    public async Task What_a_killed_process_wrote_stays_readable_and_can_be_written()
    {
        await using var distance = new Distance(DistanceKind.SharedMemory);
        await using Isolated<IDarkroom> worker = distance.Near.Isolate<IDarkroom, Darkroom>(new IsolateOptions { Standbys = 0 });
        await worker.WaitForWorkersAsync(1, Patience.Token).Within();
        int process = await Background.Run(worker.Service.Process).Within();
        using Blob image = await Background.Run(() => worker.Service.Develop(Length, 9)).Within();
        Kill(process);
        await Waiting.Until(() => worker.Service.Process() != process);

        Assert.Equal(9L * Length, Darkroom.SumOf(image.ReadOnlySpan));
        Assert.Equal(9L * Length, await Background.Run(() => worker.Service.Sum(image)).Within());
        image.Span[0] = 10;
        Assert.Equal((9L * Length) + 1, await Background.Run(() => worker.Service.Sum(image)).Within());
    }

    [Fact]
    public async Task Of_a_node_that_left_while_its_process_lives_a_blob_is_not_read_any_more_and_its_memory_not_used_at_once()
    {
        BlobMemory.Grace = 100;
        await using var distance = new Distance(DistanceKind.SharedMemory);
        ChannelSpec<Album> albums = new("albums") { Context = distance.Context };
        using Consumer<Album> consumer = distance.Far.OpenConsumer(albums);
        Node leaving = distance.Join("leaving");
        Piece memory;
        using (Producer<Album> producer = leaving.OpenProducer(albums))
        {
            using Blob blob = Blob.Allocate(Length);
            memory = blob.Piece;
            await producer.SendAsync(new Album("", [blob], null)).AsTask().Within();
            Album album = await consumer.ReceiveAsync().AsTask().Within();
            Blob held = album.Images[0];
            Assert.Equal(Length, held.Length);

            await leaving.DisposeAsync().AsTask().Within();
            await Waiting.Until(() =>
            {
                try
                {
                    _ = held.ReadOnlySpan;
                    return false;
                }
                catch (PeerGoneException error)
                {
                    Assert.Equal("leaving", error.PeerName);
                    return true;
                }
            });
            Assert.Throws<PeerGoneException>(() => held.Clone());
            held.Dispose();
        }

        BlobMemory.Grace = 5000;

        // Somebody may have been handed it on.
        Assert.True(BlobMemory.IsHeldElsewhere(memory));
    }

    [Fact]
    public async Task Many_processes_that_are_killed_in_the_midst_of_calls_with_blobs_leave_nothing_behind()
    {
        await using var distance = new Distance(DistanceKind.SharedMemory);
        await using Isolated<IDarkroom> worker = distance.Near.Isolate<IDarkroom, Darkroom>(new IsolateOptions { Standbys = 1, MaxFailedStarts = 100 });
        await worker.WaitForWorkersAsync(1, Patience.Token).Within();
        var random = new Random(Effort.Seed(11));
        using var stop = new CancellationTokenSource();
        int wrong = 0;
        int done = 0;
        Task calling = Background.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                using Blob image = Blob.AllocateUninitialized(Length);
                image.Span.Fill(1);
                try
                {
                    worker.Service.Invert(image);
                    wrong += image.ReadOnlySpan.ContainsAnyExcept((byte)254) ? 1 : 0;
                    worker.Service.Keep(image);
                    Interlocked.Increment(ref done);
                }
                catch (ViaductException error) when (error is PeerLostException || error.GetType().Name == "OutcomeUnknownException")
                {
                    // It is not to be done twice. The original is as it was, or the whole new version is there.
                    wrong += image.ReadOnlySpan.ContainsAnyExcept((byte)1) && image.ReadOnlySpan.ContainsAnyExcept((byte)254) ? 1 : 0;
                }
            }
        });
        for (int kill = 0; kill < 8 * Effort.Factor; kill++)
        {
            // In the midst of some call, a few after the last kill.
            await Calls(random.Next(1, 30));
            foreach (WorkerReport one in worker.Workers.Where(static one => one.IsReady))
            {
                Kill(one.ProcessId);
            }
        }

        await Calls(10);
        await stop.CancelAsync();
        await calling.Within();
        Assert.Equal(0, wrong);
        foreach (WorkerReport one in worker.Workers)
        {
            Kill(one.ProcessId);
        }

        await Waiting.Until(() =>
        {
            BlobMemory.Sweep();
            return BlobMemory.Lingering == 0;
        });

        // Waits until so many more were done, or until they have ended, which they do not by themselves.
        async Task Calls(int more)
        {
            int end = Volatile.Read(ref done) + more;
            await Waiting.Until(() => Volatile.Read(ref done) >= end || calling.IsCompleted);
            Assert.False(calling.IsFaulted, $"{calling.Exception}");
        }
    }

    private static void Kill(int process)
    {
        try
        {
            using Process killed = Process.GetProcessById(process);
            killed.Kill();
        }
        catch (ArgumentException)
        {
            // It is dead already.
        }
    }
}
