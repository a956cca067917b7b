namespace Viaduct.Cli.Pipes;

/// <summary>
/// Tells somebody who waits alone what is missing: one line on standard error if the socket has no peer two seconds after it was opened.
/// </summary>
internal sealed class WaitingNotice : IDisposable
{
    private readonly Timer _timer;

    /// <summary>Starts the two seconds.</summary>
    /// <param name="socket">The socket that waits for a peer.</param>
    /// <param name="text">What to say.</param>
    public WaitingNotice(ISocket socket, string text)
    {
        _timer = new Timer(
            _ =>
            {
                if (socket.Peers.Count == 0 && socket.Counters is { Sent: 0, Received: 0 })
                {
                    Notice.Say(text);
                }
            },
            null,
            TimeSpan.FromSeconds(2),
            Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
    }
}
