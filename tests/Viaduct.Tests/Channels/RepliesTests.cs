using Viaduct.Links;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Channels;

/// <summary>A client's replies, and what ends them.</summary>
public sealed class RepliesTests : IAsyncLifetime
{
    private readonly Distance _distance = new(DistanceKind.SharedMemory);
    private Client<int, int> _client = null!;
    private Server<int, int> _server = null!;
    private ReceiveLink _way = null!;

    private Inbox<Reply<int>> Replies => (Inbox<Reply<int>>)_client.InboxOrNull!;

    public async ValueTask InitializeAsync()
    {
        var channel = new CallSpec<int, int>("calls") { Context = _distance.Context };
        _client = _distance.Near.OpenClient(channel);
        Action<LinkEnd, PeerState, string>? own = Replies.PeerChanged;
        Replies.PeerChanged = (link, state, reason) =>
        {
            _way ??= (ReceiveLink)link;
            own?.Invoke(link, state, reason);
        };
        _server = _distance.Far.OpenServer(channel);
        await _client.WaitForPeersAsync(1, Patience.Token).Within();
    }

    public ValueTask DisposeAsync() => _distance.DisposeAsync();

    [Fact]
    public async Task A_call_whose_reply_has_no_way_any_more_ends()
    {
        Task<int> call = _client.CallAsync(1, Patience.Token).AsTask();
        using Request<int, int> request = await _server.ReceiveAsync(Patience.Token).Within();

        Replies.Break(_server.Id, "it lies");

        PeerLostException error = await Assert.ThrowsAsync<PeerLostException>(() => call.Within());
        Assert.Contains("it lies", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_of_a_server_that_is_gone_end_once_what_others_took_of_it_is_handed_on()
    {
        Task<int> call = _client.CallAsync(1, Patience.Token).AsTask();
        using Request<int, int> request = await _server.ReceiveAsync(Patience.Token).Within();

        // As if another thread had a reply in hand.
        _way.NoteHandedOn(-1);
        await Background.Run(_server.Dispose).Within();
        await Waiting.Until(() => _client.Peers.Count == 0);
        await call.StaysPending();

        _way.NoteHandedOn(1);
        await Assert.ThrowsAsync<PeerLostException>(() => call.Within());
    }
}
