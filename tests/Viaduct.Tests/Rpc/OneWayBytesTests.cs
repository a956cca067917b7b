using Viaduct.Blobs;
using Viaduct.Rpc;
using Viaduct.Supervision;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>One-way calls with bytes whose server ends, or dies, before it has begun them.</summary>
[Collection(Collections.Alone)]
public sealed class OneWayBytesTests
{
    private const int Calls = 100;

    /// <summary>Each takes 64 KiB.</summary>
    private const int Long = LongBytes.Least + 1;

    [Theory]
    [InlineData(DistanceKind.Thread)]
    [InlineData(DistanceKind.SharedMemory)]
    [InlineData(DistanceKind.UnixSocket)]
    public async Task Long_bytes_are_read_by_the_next_one_as_they_were_sent_and_their_memory_comes_back(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        using TemporaryDirectory directory = TemporaryDirectory.Create();
        ServeOptions serving = new() { Context = distance.Context };
        var first = new Bulk();
        await using Served<IBulk> served = await distance.OpenService<IBulk>(first, serving);
        (ServiceHost host, ServiceClient<IBulk> client) = (served.Host, served.Client);
        Task held = await Hold(client.Service, directory);
        long rented = BlobMemory.Rented;
        long expected = await Background.Run(() => NoteAll(client.Service)).Within();
        Task drained = host.DrainAsync(Patience.Token);
        var second = new Bulk();
        await using ServiceHost next = distance.Join("next").Serve<IBulk>(second, serving);
        Release(directory);
        await held.Within();
        await drained.Within();
        await Waiting.Until(() => second.Noted() == expected, () => $"{second.Noted()} instead of {expected}");
        Assert.Equal(0, first.Noted());
        Assert.Equal((Calls, 0), (client.Counters.Redelivered, client.Counters.DeadLettered));
        await ComesBack(rented);
    }

    [Fact]
    public async Task Also_where_the_first_one_is_killed()
    {
        await using Distance distance = new(DistanceKind.SharedMemory);
        using TemporaryDirectory directory = TemporaryDirectory.Create();
        await using Isolated<IBulk> worker = distance.Near.Isolate<IBulk, Bulk>(new IsolateOptions { Standbys = 0 });
        await worker.WaitForWorkersAsync(1, Patience.Token).Within();
        Task held = await Hold(worker.Service, directory);
        long rented = BlobMemory.Rented;
        long expected = await Background.Run(() => NoteAll(worker.Service)).Within();
        using (var process = System.Diagnostics.Process.GetProcessById(worker.Workers[0].ProcessId))
        {
            process.Kill();
        }

        await Assert.ThrowsAsync<OutcomeUnknownException>(() => held.Within());
        await Waiting.Until(() => worker.Service.Noted() == expected);
        await ComesBack(rented);
    }

    /// <summary>The dead one may have begun them, and taken that to its grave.</summary>
    [Fact]
    public async Task Where_memory_is_not_shared_nobody_can_tell_and_they_are_dropped_and_told()
    {
        await using Distance distance = new(DistanceKind.UnixSocket);
        using TemporaryDirectory directory = TemporaryDirectory.Create();
        await using Isolated<IBulk> worker = distance.Near.Isolate<IBulk, Bulk>(new IsolateOptions { Standbys = 0 });
        await worker.WaitForWorkersAsync(1, Patience.Token).Within();
        Task held = await Hold(worker.Service, directory);
        await Background.Run(() => NoteAll(worker.Service)).Within();
        using (var process = System.Diagnostics.Process.GetProcessById(worker.Workers[0].ProcessId))
        {
            process.Kill();
        }

        await Assert.ThrowsAsync<OutcomeUnknownException>(() => held.Within());
        await Waiting.Until(
            () => distance.Events.Items.Any(static e => e.Kind == NodeEventKind.DeadLettered && e.Text.StartsWith($"{Calls} one-way calls of '", StringComparison.Ordinal)),
            distance.Events.ToString);
        Assert.Equal(0, worker.Service.Noted());
    }

    /// <summary>They are given to the one that they went to: to nobody else, and not without a word.</summary>
    [Theory]
    [InlineData(DistanceKind.Thread)]
    [InlineData(DistanceKind.SharedMemory)]
    [InlineData(DistanceKind.UnixSocket)]
    public async Task Those_with_blobs_are_dropped_counted_and_told(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        using TemporaryDirectory directory = TemporaryDirectory.Create();
        ServeOptions serving = new() { Context = distance.Context };
        var first = new Bulk();
        await using Served<IBulk> served = await distance.OpenService<IBulk>(first, serving);
        (ServiceHost host, ServiceClient<IBulk> client) = (served.Host, served.Client);
        Task held = await Hold(client.Service, directory);
        await Background.Run(() =>
        {
            for (int i = 0; i < 6; i++)
            {
                using Blob blob = Blob.Allocate(1000);
                client.Service.NoteBlob(blob);
            }

            client.Service.Note([7]);
        }).Within();
        Task drained = host.DrainAsync(Patience.Token);
        var second = new Bulk();
        await using ServiceHost next = distance.Join("next").Serve<IBulk>(second, serving);
        Release(directory);
        await held.Within();
        await drained.Within();
        await Waiting.Until(() => second.Noted() == Bulk.SumOf([7]));
        Assert.Equal(0, first.Noted());
        Assert.Equal((1, 6), (client.Counters.Redelivered, client.Counters.DeadLettered));
        await Waiting.Until(() => distance.Events.Items.Any(static e => e.Kind == NodeEventKind.DeadLettered), distance.Events.ToString);
        NodeEvent told = Assert.Single(distance.Events.Items, static e => e.Kind == NodeEventKind.DeadLettered);
        Assert.StartsWith("6 one-way calls of '", told.Text, StringComparison.Ordinal);
        Assert.Equal(("Viaduct.Tests.Rpc.IBulk", true), (told.Channel, told.Peer is not null));
    }

    /// <summary>Keeps the one thread of a service: what comes then lies behind it.</summary>
    private static async Task<Task> Hold(IBulk bulk, TemporaryDirectory directory)
    {
        string file = Path.Combine(directory.Path, "held");
        Task held = Background.Run(() => bulk.Hold(file));
        await Waiting.Until(() => File.Exists(file) || held.IsCompleted);
        Assert.False(held.IsCompleted);
        return held;
    }

    private static void Release(TemporaryDirectory directory) => File.Delete(Path.Combine(directory.Path, "held"));

    /// <summary>Calls each with other bytes, which it then overwrites; the sum of what they are to arrive as.</summary>
    private static long NoteAll(IBulk bulk)
    {
        long sum = 0;
        byte[] bytes = new byte[Long];
        for (int i = 1; i <= Calls; i++)
        {
            bytes.AsSpan().Fill((byte)i);
            bytes[i] = 0;
            sum += Bulk.SumOf(bytes);
            bulk.Note(bytes);
            bytes.AsSpan().Clear();
        }

        return sum;
    }

    /// <summary>But for what is kept to be used again: fewer pieces than there were calls.</summary>
    private static async Task ComesBack(long rented) => await Waiting.Until(
        () =>
        {
            BlobMemory.Sweep();
            return BlobMemory.Lingering == 0 && BlobMemory.Rented < rented + ((Calls - 20L) * 2 * LongBytes.Least);
        },
        () => $"{BlobMemory.Rented} bytes instead of {rented}, {BlobMemory.Lingering} linger");
}
