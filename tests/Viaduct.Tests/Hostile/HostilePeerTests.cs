using System.Globalization;
using Viaduct.Blobs;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Hostile;

/// <summary>
/// A process that breaks every rule it can against one that keeps them. The victim lives, says what was wrong, serves its honest peers on
/// the same channel and on another all the while, and holds afterwards no more than before.
/// </summary>
public sealed class HostilePeerTests
{
    [Theory]
    [InlineData("sender", 20_000, true, 11)]
    [InlineData("frames", 15_000, false, 12)]
    [InlineData("stream", 15_000, false, 13)]
    [InlineData("tcp", 15_000, false, 14)]
    public async Task A_receiver_withstands_a_hostile_sender(string attack, int cases, bool violates, int seed)
    {
        await using Siege siege = await Siege.Begin("consumer");
        await siege.Attack(attack, seed, 3000);
        string before = await siege.Footprint();

        await siege.Attack(attack, seed + 100, cases);

        await siege.EndsAsItBegan(before);
        string toll = await siege.Victim.Do("toll");
        Effort.Say(toll + " breaks: " + siege.Breaks());
        Assert.Contains("disorder= ", toll, StringComparison.Ordinal);
        Assert.True(!violates || Siege.Count(toll, "violations") > 10, toll);
        Assert.True(Siege.Count(toll, "honest") > 100, toll);
    }

    [Theory]
    [InlineData("producer", 10_000, 21)]
    [InlineData("publisher", 10_000, 22)]
    public async Task A_sender_withstands_a_hostile_receiver(string victim, int cases, int seed)
    {
        await using Siege siege = await Siege.Begin(victim);
        await siege.Attack("receiver", seed, cases / 10);
        string before = await siege.Footprint();

        await siege.Attack("receiver", seed + 100, cases);

        await siege.EndsAsItBegan(before);
        string toll = await siege.Victim.Do("toll");
        Effort.Say(toll);
        Assert.True(Siege.Count(toll, "violations") > 10, toll);
    }

    [Theory]
    [InlineData("subscriber", "sender", 10_000, 15)]
    [InlineData("subscriber", "frames", 5000, 16)]
    [InlineData("server", "sender", 10_000, 17)]
    [InlineData("server", "frames", 5000, 18)]
    [InlineData("server", "tcp", 5000, 19)]
    [InlineData("client", "receiver", 20_000, 20)]
    public async Task So_do_subscribers_servers_and_clients(string victim, string attack, int cases, int seed)
    {
        await using Siege siege = await Siege.Begin(victim);
        await siege.Attack(attack, seed, cases / 4);
        string before = await siege.Footprint();

        await siege.Attack(attack, seed + 100, cases);

        await siege.EndsAsItBegan(before);
        string toll = await siege.Victim.Do("toll");
        Effort.Say(toll);
        Assert.Contains("disorder= ", toll, StringComparison.Ordinal);
        Assert.True(Siege.Count(toll, "honest") > 10, toll);
        Assert.True(attack is not ("sender" or "receiver") || Siege.Count(toll, "violations") > 5, toll);
    }

    [Theory]
    [InlineData("consumer", "lease", "sender", 23)]
    [InlineData("consumer", "await-lease", "sender", 24)]
    [InlineData("consumer", "select", "sender", 25)]
    [InlineData("subscriber", "await", "sender", 26)]
    [InlineData("producer", "await", "receiver", 27)]
    [InlineData("producer", "select", "receiver", 28)]
    public async Task So_do_those_that_lease_await_and_select(string victim, string manner, string attack, int seed)
    {
        await using Siege siege = await Siege.Begin(victim, manner);
        await siege.Attack(attack, seed, 2000);
        string before = await siege.Footprint();

        await siege.Attack(attack, seed + 100, 10_000);

        await siege.EndsAsItBegan(before);
        string toll = await siege.Victim.Do("toll");
        Effort.Say(toll);
        Assert.Contains("disorder= ", toll, StringComparison.Ordinal);
        Assert.True(Siege.Count(toll, "violations") > 5, toll);
        Assert.True(attack != "sender" || Siege.Count(toll, "honest") > 10, toll);
        Assert.True(!manner.Contains("lease", StringComparison.Ordinal) || Siege.Count(toll, "leased") > 10, toll);
    }

    [Fact]
    public async Task What_is_no_sealed_memory_file_ends_the_connection_and_nothing_else()
    {
        await using Siege siege = await Siege.Begin("consumer");
        await siege.Attack("descriptors", 31, 20);
        string before = await siege.Footprint();

        await siege.Attack("descriptors", 131, 100);

        await siege.EndsAsItBegan(before);
        string toll = await siege.Victim.Do("toll");
        Effort.Say(toll);
        Assert.True(Siege.Count(toll, "violations") >= 100, toll);
    }

    /// <summary>The victim's honest peer is this process, in which other tests use blobs.</summary>
    [Fact]
    public async Task What_a_victim_holds_of_other_tests_is_not_held_against_it()
    {
        await using Siege siege = await Siege.Begin("consumer");
        string before = await siege.Footprint();
        int files = BlobMemory.Files;
        List<Blob> blobs = [];
        while (BlobMemory.Files < files + 10)
        {
            blobs.Add(Blob.Allocate(2 << 20));
            Assert.True(blobs.Count < 50, "No blob is in a file of its own.");
        }

        // They are on their way: counted off, but not there.
        string after = before;
        CancellationToken patience = Patience.Token;
        do
        {
            Assert.False(patience.IsCancellationRequested, $"{before} became {after}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
            after = await siege.Footprint();
        }
        while (MemoryFiles(after) < MemoryFiles(before) - 6);

        await siege.EndsAsItBegan(before);
        blobs.ForEach(static blob => blob.Dispose());
    }

    private static int MemoryFiles(string footprint) => int.Parse(footprint.Split(' ')[3], CultureInfo.InvariantCulture);
}
