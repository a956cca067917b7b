using Viaduct.Cli.Demo.Work;

namespace Viaduct.Cli.Demo.Roles;

/// <summary>The merger: answers a worker's call when its results are merged.</summary>
internal sealed class ResultMerger
{
    /// <summary>How long to wait for the next client after all that were known have left.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(10);

    private readonly Server<ReadOnlyMemory<byte>, long> _server;
    private readonly MergedResult _merged;

    /// <summary>Makes a merger.</summary>
    /// <param name="server">Where results come from.</param>
    /// <param name="merged">Where they are merged.</param>
    public ResultMerger(Server<ReadOnlyMemory<byte>, long> server, MergedResult merged)
    {
        _server = server;
        _merged = merged;
    }

    /// <summary>Merges until it is cancelled, whoever comes, leaves or dies.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public void Run(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                using Request<ReadOnlyMemory<byte>, long> request = _server.Receive(cancellationToken);
                _merged.Add(request.Value.Span);
                request.Reply(_merged.Events);
            }
            catch (PeerLostException)
            {
                // A worker died. Its events come again from another.
            }
            catch (ChannelCompletedException)
            {
                cancellationToken.WaitHandle.WaitOne(s_pause);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                break;
            }
        }
    }
}
