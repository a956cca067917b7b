using System.Globalization;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Awaiting;

/// <summary>The same between real processes, each of which counts its own.</summary>
[Collection(Collections.Alone)]
public sealed class ProcessAllocationTests : IAsyncLifetime
{
    private const int Messages = 5_000;

    private readonly Distance _distance = new(DistanceKind.SharedMemory);
    private PeerProcess? _child;

    public async ValueTask InitializeAsync() => _child = await PeerProcess.Start(_distance.Child());

    public async ValueTask DisposeAsync()
    {
        await _child!.DisposeAsync();
        await _distance.DisposeAsync();
    }

    [Fact]
    public async Task Messages_that_are_awaited()
    {
        await Open("there", "consumer", "there");
        await Open("back", "producer", "back");
        using Producer<ReadOnlyMemory<byte>> producer = _distance.Near.OpenProducer(Channel("there"));
        using Consumer<ReadOnlyMemory<byte>> consumer = _distance.Near.OpenConsumer(Channel("back"));
        await Pairs.Meet(producer, consumer);
        ReadOnlyMemory<byte> message = Payload.Create(1, 64);
        await IsNone("echo there back", async () =>
        {
            for (int i = 0; i < Messages; i++)
            {
                await producer.SendAsync(message);
                using Lease<ReadOnlyMemory<byte>> lease = await consumer.ReceiveLeaseAsync();
            }
        });
    }

    [Fact]
    public async Task Calls_that_are_awaited()
    {
        await Open("calls", "server", "calls");
        using Client<long, long> client = _distance.Near.OpenClient(new CallSpec<long, long>("calls") { Context = _distance.Context });
        await Pairs.Meet(client);
        await IsNone("answer calls", async () =>
        {
            for (int i = 0; i < Messages; i++)
            {
                Assert.True(await client.CallAsync(1) == 2);
            }
        });
    }

    /// <summary>Fails where each operation allocates something, here or in the child, which answers as many as it is told to; see <see cref="Allocation"/>.</summary>
    private async Task IsNone(string answer, Func<Task> operations)
    {
        var here = new List<long>();
        var there = new List<long>();
        do
        {
            PeerCommand command = _child!.Begin($"{answer} {Messages}");
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await operations().Within();
            here.Add(GC.GetTotalAllocatedBytes(precise: true) - before);
            there.Add(long.Parse(await command.Done.Within(), CultureInfo.InvariantCulture));
        }
        while ((here.Min() >= Messages || there.Min() >= Messages) && here.Count < 8);

        Assert.True(here.Min() < Messages, $"{Messages} operations allocated {string.Join(", ", here)} bytes here.");
        Assert.True(there.Min() < Messages, $"{Messages} operations allocated {string.Join(", ", there)} bytes in the child.");
    }

    private ChannelSpec<ReadOnlyMemory<byte>> Channel(string name) => new(name) { Context = _distance.Context };

    private async Task Open(string socket, string role, string channel) => await _child!.Do($"open {socket} {role} {channel} context={_distance.Context}");
}
