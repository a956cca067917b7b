using Viaduct.Nodes;
using Viaduct.Transports;

namespace Viaduct;

/// <content>Nodes of other machines: the addresses that name services tell, and the connections that are kept to them.</content>
public sealed partial class Node
{
    /// <summary>The longest pause before an address is tried again.</summary>
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(1);

    /// <summary>Keeps a connection to every address that a name service knows.</summary>
    private async Task FollowAsync(INameService names)
    {
        HashSet<string> known = [];
        try
        {
            await foreach (NodeAddress address in names.WatchAsync(Options.Domain, _leaving.Token).ConfigureAwait(false))
            {
                if (address.NodeId == Id || address.IsWithdrawn || !known.Add(address.ToString()))
                {
                    continue;
                }

                try
                {
                    Options.CheckPlaintext(address);
                }
                catch (ArgumentException error)
                {
                    Raise(new NodeEvent(NodeEventKind.ConnectFailed, error.Message, Error: error));
                    continue;
                }

                _ = KeepConnectedAsync(address);
            }
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            // The node leaves.
        }
        catch (Exception error)
        {
            Raise(new NodeEvent(NodeEventKind.DiscoveryFailed, $"The name service failed: {error.Message}", Error: error));
        }
    }

    private async Task AnnounceAsync(INameService names)
    {
        if (ListenAddress is not { } address)
        {
            return;
        }

        try
        {
            NodeAddress self = new(address.Address.ToString(), address.Port) { NodeId = Id, NodeName = Name };
            IAsyncDisposable announcement = await names.AnnounceAsync(Options.Domain, self, _leaving.Token).ConfigureAwait(false);
            await using (announcement.ConfigureAwait(false))
            {
                await Task.Delay(Timeout.Infinite, _leaving.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            // The node leaves.
        }
        catch (Exception error)
        {
            Raise(new NodeEvent(NodeEventKind.DiscoveryFailed, $"The name service failed: {error.Message}", Error: error));
        }
    }

    private async Task KeepConnectedAsync(NodeAddress address)
    {
        TimeSpan pause = TimeSpan.FromMilliseconds(20);
        bool told = false;
        while (!_leaving.IsCancellationRequested)
        {
            try
            {
                Task<Transport> Dial(CancellationToken token) => DialAsync(address, token);
                Session session = new(this, await Dial(_leaving.Token).ConfigureAwait(false), dialed: true, remote: true, sharedMemory: false, Dial);
                Begin(session);
                told = false;
                await session.Ended.WaitAsync(_leaving.Token).ConfigureAwait(false);
                pause = session.PeerId == Guid.Empty ? pause : TimeSpan.FromMilliseconds(20);
            }
            catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                if (!told)
                {
                    told = true;
                    Raise(new NodeEvent(NodeEventKind.ConnectFailed, $"{address} does not answer: {error.Message}. It is tried again until the node leaves.", Error: error));
                }
            }

            try
            {
                await Task.Delay(pause, _leaving.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            pause = TimeSpan.FromMilliseconds(Math.Min(s_longestPause.TotalMilliseconds, (pause.TotalMilliseconds * 2) + Random.Shared.Next(10)));
        }
    }

    private static async Task<Transport> DialAsync(NodeAddress address, CancellationToken token) =>
        Transport.Over(await SocketConnector.ConnectAsync(address, s_dialBound, token).ConfigureAwait(false));
}
