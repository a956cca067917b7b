using System.Globalization;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Awaiting;

/// <summary>Two processes that share one processor: who waits lets the other run.</summary>
public sealed class OneProcessorTests : IAsyncDisposable
{
    private const int Calls = 40;
    private const int Messages = 100;

    private readonly TemporaryDirectory _directory = new();
    private readonly List<PeerProcess> _peers = [];

    public async ValueTask DisposeAsync()
    {
        foreach (PeerProcess peer in _peers)
        {
            await peer.DisposeAsync();
        }

        _directory.Dispose();
    }

    [Theory]
    [InlineData("Spin")]
    [InlineData("Adaptive")]
    [InlineData("Sleep")]
    public async Task Calls_and_full_queues_go_on_however_both_wait(string wait)
    {
        PeerProcess here = await Start("here");
        PeerProcess there = await Start("there");
        await here.Do($"open calls server calls wait={wait}");
        await there.Do($"open calls client calls wait={wait}");
        await here.Do($"open numbers producer numbers capacity=2 wait={wait}");
        await there.Do($"open numbers consumer numbers capacity=2 wait={wait}");
        await there.Do("wait calls 1");
        await there.Do("wait numbers 1");

        PeerCommand serving = here.Begin("serve calls");
        for (int i = 0; i < Calls; i++)
        {
            Assert.Equal((2 * i).ToString(CultureInfo.InvariantCulture), await there.Do($"call calls {i}"));
        }

        // While the one waits for calls that don't come, spinning or not.
        PeerCommand receiving = there.Begin($"receive numbers {Messages}");
        await here.Do($"send numbers 0 {Messages} 100");
        await receiving.Done.Within();
        Assert.Equal(Enumerable.Range(0, Messages).Select(id => id.ToString(CultureInfo.InvariantCulture)), receiving.Rest());
        Assert.False(serving.Done.IsCompleted);
    }

    private async Task<PeerProcess> Start(string name)
    {
        PeerProcess peer = await PeerProcess.Start(new PeerArguments { Name = name, RuntimeDirectory = _directory.Path, OnOneProcessor = true });
        _peers.Add(peer);
        return peer;
    }
}
