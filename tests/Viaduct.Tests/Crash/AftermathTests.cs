using Viaduct.Tests.Support;

namespace Viaduct.Tests.Crash;

/// <summary>What is left when all is over: nothing.</summary>
[Collection(Collections.Alone)]
public sealed class AftermathTests
{
    [Theory]
    [InlineData(DistanceKind.SharedMemory)]
    [InlineData(DistanceKind.UnixSocket)]
    public async Task After_any_mix_of_kills_the_next_start_leaves_nothing_behind(DistanceKind kind)
    {
        IReadOnlyList<string> sharedMemory = Footprint.SharedMemory();
        using var directory = new TemporaryDirectory();
        PeerArguments Arguments(string name) => new()
        {
            Name = name,
            RuntimeDirectory = directory.Path,
            SharedMemory = kind == DistanceKind.SharedMemory,
        };
        PeerProcess[] children = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => PeerProcess.Start(Arguments($"child-{i}"))));
        try
        {
            await children[0].Do("open p producer events topology=OneToMany context=LocalProcess");
            await children[1].Do("open c consumer events topology=OneToMany context=LocalProcess");
            await children[2].Do("open c consumer events topology=OneToMany context=LocalProcess");
            await children[2].Do("open s server calls context=LocalProcess");
            await children[3].Do("open c client calls context=LocalProcess");
            await children[0].Do("wait p 2");
            children[1].Begin("read c");
            children[2].Begin("read c");
            await children[0].Begin("send p 0 1000000 0").Next(100);
            Assert.NotEmpty(directory.Files());

            foreach (PeerProcess child in children)
            {
                child.KillNow();
            }
        }
        finally
        {
            foreach (PeerProcess child in children)
            {
                await child.DisposeAsync();
            }
        }

        Assert.Equal(sharedMemory, Footprint.SharedMemory());

        // The next one to start finds the directory as if nothing had been, and may take the role that a dead one held.
        PeerProcess next = await PeerProcess.Start(Arguments("next"));
        await next.Do("open p producer events topology=OneToMany context=LocalProcess");
        await next.Exit();
        Assert.Empty(directory.Files());
    }

    [Fact]
    public async Task Spans_of_ended_leases_and_loans_never_fault_whatever_is_disposed()
    {
        using var directory = new TemporaryDirectory();
        PeerProcess child = await PeerProcess.Start(new PeerArguments { RuntimeDirectory = directory.Path });
        using var theirs = new TemporaryDirectory();

        await child.Do($"look-on {theirs.Path}");

        await child.Exit();
    }

    [Fact]
    public async Task A_killed_holder_frees_its_role_at_once()
    {
        using var directory = new TemporaryDirectory();
        var arguments = new PeerArguments { RuntimeDirectory = directory.Path };
        await using PeerProcess holder = await PeerProcess.Start(arguments);
        await using PeerProcess other = await PeerProcess.Start(arguments);
        await holder.Do("open p producer events topology=OneToMany");
        PeerFailedException refused = await Assert.ThrowsAsync<PeerFailedException>(() => other.Do("open p producer events topology=OneToMany"));
        Assert.Equal(nameof(RoleTakenException), refused.Type);
        Assert.Contains(holder.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), refused.Message, StringComparison.Ordinal);

        await holder.Kill();

        await other.Do("open p producer events topology=OneToMany");
    }

    [Theory]
    [InlineData("context=Thread")]
    [InlineData("context=LocalProcess")]
    public async Task Opening_and_closing_sockets_again_and_again_holds_no_more_memory_files(string context)
    {
        using var directory = new TemporaryDirectory();
        var arguments = new PeerArguments { RuntimeDirectory = directory.Path };
        await using PeerProcess partner = await PeerProcess.Start(arguments);
        await using PeerProcess child = await PeerProcess.Start(arguments);
        if (context != "context=Thread")
        {
            await partner.Do($"open c consumer cycles capacity=4 {context}");
            partner.Begin("receive c 1000000");

            // The channel does not end while one producer stays.
            await child.Do($"open keeper producer cycles capacity=4 {context}");
        }

        await Cycle(5);
        string before = await child.Do("memory-files");
        int descriptors = await Number(child, "descriptors");
        await Cycle(40);
        string after = await child.Do("memory-files");

        Assert.True(after.Split(',').Length <= before.Split(',').Length + 2, $"{before} became {after}");
        Assert.InRange(await Number(child, "descriptors"), 0, descriptors + 3);

        Task Cycle(int count) => child.Do(context == "context=Thread" ? $"cycle {count} cycles {context}" : $"pour {count} cycles capacity=4 {context}");
    }

    [Fact]
    public async Task A_node_that_is_disposed_holds_no_memory_files()
    {
        using var directory = new TemporaryDirectory();
        await using PeerProcess child = await PeerProcess.Start(new PeerArguments { RuntimeDirectory = directory.Path });
        await child.Do($"meet 2 {directory.Path}");
        string before = await child.Do("memory-files");
        int descriptors = await Number(child, "descriptors");

        await child.Do($"meet 10 {directory.Path}");

        // None that was not there before; what the first two had may have been given back only now.
        string after = await child.Do("memory-files");
        List<string> more = [.. after.Split(',')];
        Array.ForEach(before.Split(','), file => more.Remove(file));
        Assert.True(more.Count == 0, $"{before} became {after}");
        Assert.InRange(await Number(child, "descriptors"), 0, descriptors + 3);
    }

    [Fact]
    public async Task Many_channels_between_two_processes_need_few_descriptors_and_threads()
    {
        const int Channels = 300;
        using var directory = new TemporaryDirectory();
        var arguments = new PeerArguments { RuntimeDirectory = directory.Path };
        await using PeerProcess near = await PeerProcess.Start(arguments);
        await using PeerProcess far = await PeerProcess.Start(arguments);
        await near.Do("open-many 1 producer first capacity=4");
        await far.Do("open-many 1 consumer first capacity=4");
        await near.Do("wait first-0 1");
        int descriptors = await Number(far, "descriptors");
        int threads = await Number(far, "threads");

        await near.Do($"open-many {Channels} producer many capacity=4");
        await far.Do($"open-many {Channels} consumer many capacity=4");
        await near.Do($"wait many-{Channels - 1} 1");
        await near.Do("send many-7 0 3 100");
        Assert.Equal(["0", "1", "2"], await far.Begin("receive many-7 3").Next(3));

        Assert.InRange(await Number(far, "descriptors"), 0, descriptors + 50);
        Assert.InRange(await Number(far, "threads"), 0, threads + 20);
    }

    private static async Task<int> Number(PeerProcess child, string command) => int.Parse(await child.Do(command), null);
}
