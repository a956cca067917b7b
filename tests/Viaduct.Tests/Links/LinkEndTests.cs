using Viaduct.Links;

namespace Viaduct.Tests.Links;

/// <summary>In which order users hear of a peer.</summary>
public sealed class LinkEndTests
{
    private readonly End _end = new(new PeerIdentity(Guid.NewGuid(), "node", 1, Guid.NewGuid(), Route.SharedMemory, "test"));
    private readonly List<PeerState> _told = [];

    /// <summary>Who reads the connection finds its end while who made the link has not come to tell of it.</summary>
    [Theory]
    [InlineData(PeerState.Lost)]
    [InlineData(PeerState.Left)]
    public void That_a_peer_is_gone_is_told_behind_that_it_came(PeerState gone)
    {
        Tell(gone);
        Assert.Empty(_told);

        Tell(PeerState.Joined);
        Assert.Equal([PeerState.Joined, gone], _told);
    }

    [Fact]
    public void What_comes_in_order_is_told_at_once()
    {
        foreach (PeerState state in (PeerState[])[PeerState.Joined, PeerState.Reconnecting, PeerState.Joined, PeerState.Completed, PeerState.Left])
        {
            Tell(state);
            Assert.Equal(state, _told[^1]);
        }

        Assert.Equal(5, _told.Count);
    }

    [Fact]
    public void What_came_before_is_told_once_and_in_order()
    {
        Tell(PeerState.Completed);
        Tell(PeerState.Lost);
        Tell(PeerState.Joined);
        Tell(PeerState.Joined);
        Assert.Equal([PeerState.Joined, PeerState.Completed, PeerState.Lost, PeerState.Joined], _told);
    }

    private void Tell(PeerState state) => _end.Tell(state, () => _told.Add(state));

    private sealed class End(PeerIdentity peer) : LinkEnd(peer);
}
