using Viaduct.Tests.Support;

namespace Viaduct.Tests.Conformance;

/// <summary>What other systems than Linux can do, tried in processes that do without every call that only Linux has.</summary>
public sealed class PortableTests
{
    private static readonly PeerArguments s_portable = new() { Name = "portable", Portable = true, Listen = true };

    [Theory]
    [InlineData("capacity=64")]
    [InlineData("capacity=1")]
    [InlineData("capacity=0")]
    public async Task Threads_exchange_messages(string settings)
    {
        await using PeerProcess child = await PeerProcess.Start(s_portable);
        await child.Do($"open p producer events context=Thread {settings}");
        await child.Do($"open c consumer events context=Thread {settings}");
        PeerCommand reading = child.Begin("read c");
        await child.Do("send p 0 300 0");
        await child.Do("complete p");

        await reading.Done.Within();
        Assert.Equal(Enumerable.Range(0, 300).Select(i => $"{i}"), reading.Rest());
    }

    [Fact]
    public async Task Threads_publish_and_call()
    {
        await using PeerProcess child = await PeerProcess.Start(s_portable);
        await child.Do("open s subscriber news context=Thread");
        await child.Do("open p publisher news context=Thread");
        await child.Do("wait p 1");
        PeerCommand reading = child.Begin("read s");
        await child.Do("send p 0 100 0");
        await child.Do("complete p");
        await reading.Done.Within();
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i}"), reading.Rest());

        await child.Do("open server server calls context=Thread");
        await child.Do("open client client calls context=Thread");
        child.Begin("serve server");
        Assert.Equal("42", await child.Do("call client 21"));
    }

    [Fact]
    public async Task Threads_select()
    {
        await using PeerProcess child = await PeerProcess.Start(s_portable);
        await child.Do("open c0 consumer first context=Thread");
        await child.Do("open c1 consumer second context=Thread");
        await child.Do("open p0 producer first context=Thread");
        await child.Do("open p1 producer second context=Thread");
        PeerCommand selecting = child.Begin("select 4 c0 c1");
        foreach (int i in new[] { 1, 0, 1, 0 })
        {
            await child.Do($"send p{i} {i + 7} 1 50");
            Assert.Equal($"{i} {i + 7}", await selecting.Next());
        }

        await selecting.Done.Within();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Machines_exchange_messages_whether_or_not_both_are_portable(bool both)
    {
        using var directory = new TemporaryDirectory();
        await using PeerProcess first = await PeerProcess.Start(s_portable);
        await using PeerProcess second = await PeerProcess.Start(new PeerArguments
        {
            Portable = both,
            RuntimeDirectory = both ? null : directory.Path,
            Peers = [first.ListenAddress],
        });
        await first.Do("open p producer events");
        await second.Do("open c consumer events");
        await first.Do("wait p 1");
        Assert.StartsWith("Tcp", await FirstPeer(first, "p"), StringComparison.Ordinal);
        PeerCommand reading = second.Begin("read c");
        await first.Do("send p 0 300 0");
        await first.Do("complete p");
        await reading.Done.Within();
        Assert.Equal(Enumerable.Range(0, 300).Select(i => $"{i}"), reading.Rest());

        await first.Do("open server server calls");
        await second.Do("open client client calls");
        first.Begin("serve server");
        Assert.Equal("42", await second.Do("call client 21"));

        await second.Do("open publisher publisher news");
        await first.Do("open subscriber subscriber news");
        await second.Do("wait publisher 1");
        PeerCommand receiving = first.Begin("receive subscriber 50");
        await second.Do("send publisher 0 50 0");
        await receiving.Done.Within();
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i}"), receiving.Rest());
    }

    [Fact]
    public async Task A_killed_portable_consumer_loses_nothing()
    {
        await using PeerProcess producer = await PeerProcess.Start(s_portable);
        PeerArguments arguments = new() { Portable = true, Peers = [producer.ListenAddress] };
        await using PeerProcess victim = await PeerProcess.Start(arguments);
        await producer.Do("open p producer events");
        await victim.Do("open c consumer events");
        await producer.Do("wait p 1");
        await producer.Do("send p 0 5 100");
        await victim.Begin("lease c 2").Next(2);

        await victim.Kill();
        await using PeerProcess heir = await PeerProcess.Start(arguments);
        await heir.Do("open c consumer events");

        Assert.Equal(["0", "1", "2", "3", "4"], (await heir.Begin("receive c 5").Next(5)).Order());
    }

    [Fact]
    public async Task Other_processes_of_the_machine_are_not_supported_and_tcp_is_named_instead()
    {
        await using PeerProcess child = await PeerProcess.Start(s_portable);

        PeerFailedException error = await Assert.ThrowsAsync<PeerFailedException>(() => child.Do("open p producer events context=LocalProcess"));

        Assert.Equal(nameof(PlatformNotSupportedException), error.Type);
        Assert.Contains("TCP", error.Message, StringComparison.Ordinal);
        Assert.Contains("DistributedProcess", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Discovery_on_the_machine_is_not_supported_and_tcp_is_named_instead()
    {
        using var directory = new TemporaryDirectory();

        PeerFailedException error = await Assert.ThrowsAsync<PeerFailedException>(
            () => PeerProcess.Start(new PeerArguments { Portable = true, RuntimeDirectory = directory.Path, Discovery = true }));

        Assert.Equal(nameof(PlatformNotSupportedException), error.Type);
        Assert.Contains("TCP", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_portable_process_holds_no_memory_files()
    {
        await using PeerProcess child = await PeerProcess.Start(s_portable);
        await child.Do("open p producer events context=Thread");
        await child.Do("open c consumer events context=Thread");
        await child.Do("send p 0 5 100000");
        await child.Do("receive c 5");

        Assert.Equal("", await child.Do("memory-files"));
    }

    private static async Task<string> FirstPeer(PeerProcess child, string socket)
    {
        PeerCommand peers = child.Begin($"peers {socket}");
        return await peers.Next();
    }
}
