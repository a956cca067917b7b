using System.Net;
using Microsoft.Extensions.Logging;

namespace Viaduct.Hosting;

/// <summary>The log of a host's node, in the category <c>Viaduct.Node</c>. Event numbers are stable: new ones are added at the end.</summary>
internal static partial class ViaductLog
{
    [LoggerMessage(1, LogLevel.Information, "Node {Node} ({NodeId}) joined domain {Domain}; TCP address: {ListenAddress}")]
    internal static partial void Joined(this ILogger logger, string node, Guid nodeId, string domain, IPEndPoint? listenAddress);

    [LoggerMessage(2, LogLevel.Information, "Node {Node} ({NodeId}) left its domain")]
    internal static partial void Left(this ILogger logger, string node, Guid nodeId);

    /// <summary>Logs an event of the node under its own number and level. Joining and leaving are logged by the host itself.</summary>
    internal static void Event(this ILogger logger, NodeEvent e)
    {
        switch (e.Kind)
        {
            case NodeEventKind.Joined or NodeEventKind.Left:
                break;
            case NodeEventKind.SocketOpened:
                SocketOpened(logger, e.Channel, e.Text, e.Error);
                break;
            case NodeEventKind.SocketClosed:
                SocketClosed(logger, e.Channel, e.Text, e.Error);
                break;
            case NodeEventKind.PeerJoined:
                PeerJoined(logger, e.Channel, e.Peer, e.Text, e.Error);
                break;
            case NodeEventKind.PeerLeft:
                PeerLeft(logger, e.Channel, e.Peer, e.Text, e.Error);
                break;
            case NodeEventKind.PeerCompleted:
                PeerCompleted(logger, e.Channel, e.Peer, e.Text, e.Error);
                break;
            case NodeEventKind.PeerLost:
                PeerLost(logger, e.Channel, e.Peer, e.Text, e.Error);
                break;
            case NodeEventKind.PeerReconnecting:
                PeerReconnecting(logger, e.Channel, e.Peer, e.Text, e.Error);
                break;
            case NodeEventKind.PeerRefused:
                PeerRefused(logger, e.Channel, e.Peer, e.Text, e.Error);
                break;
            case NodeEventKind.ConnectFailed:
                ConnectFailed(logger, e.Text, e.Error);
                break;
            case NodeEventKind.Redelivered:
                Redelivered(logger, e.Channel, e.Text, e.Error);
                break;
            case NodeEventKind.DeadLettered:
                DeadLettered(logger, e.Channel, e.Text, e.Error);
                break;
            case NodeEventKind.MessagesMissed:
                MessagesMissed(logger, e.Channel, e.Peer, e.Text, e.Error);
                break;
            case NodeEventKind.LingerExpired:
                LingerExpired(logger, e.Channel, e.Text, e.Error);
                break;
            case NodeEventKind.HandlerFailed:
                HandlerFailed(logger, e.Channel, e.Text, e.Error);
                break;
            case NodeEventKind.DiscoveryFailed:
                DiscoveryFailed(logger, e.Text, e.Error);
                break;
            case NodeEventKind.SendingStalled:
                SendingStalled(logger, e.Channel, e.Text, e.Error);
                break;
            case NodeEventKind.WorkerExited:
                WorkerExited(logger, e.Text, e.Error);
                break;
            default:
                Other(logger, e.Kind, e.Channel, e.Text, e.Error);
                break;
        }
    }

    [LoggerMessage(3, LogLevel.Debug, "Socket opened on channel {Channel}: {Text}")]
    private static partial void SocketOpened(ILogger logger, string? channel, string text, Exception? error);

    [LoggerMessage(4, LogLevel.Debug, "Socket closed on channel {Channel}: {Text}")]
    private static partial void SocketClosed(ILogger logger, string? channel, string text, Exception? error);

    [LoggerMessage(5, LogLevel.Information, "Peer joined on channel {Channel}, {Peer}: {Text}")]
    private static partial void PeerJoined(ILogger logger, string? channel, Peer? peer, string text, Exception? error);

    [LoggerMessage(6, LogLevel.Information, "Peer left on channel {Channel}, {Peer}: {Text}")]
    private static partial void PeerLeft(ILogger logger, string? channel, Peer? peer, string text, Exception? error);

    [LoggerMessage(7, LogLevel.Information, "Peer completed on channel {Channel}, {Peer}: {Text}")]
    private static partial void PeerCompleted(ILogger logger, string? channel, Peer? peer, string text, Exception? error);

    [LoggerMessage(8, LogLevel.Warning, "Peer lost on channel {Channel}, {Peer}: {Text}")]
    private static partial void PeerLost(ILogger logger, string? channel, Peer? peer, string text, Exception? error);

    [LoggerMessage(9, LogLevel.Warning, "Peer being reconnected on channel {Channel}, {Peer}: {Text}")]
    private static partial void PeerReconnecting(ILogger logger, string? channel, Peer? peer, string text, Exception? error);

    [LoggerMessage(10, LogLevel.Warning, "Peer refused on channel {Channel}, {Peer}: {Text}")]
    private static partial void PeerRefused(ILogger logger, string? channel, Peer? peer, string text, Exception? error);

    [LoggerMessage(11, LogLevel.Warning, "Connecting failed: {Text}")]
    private static partial void ConnectFailed(ILogger logger, string text, Exception? error);

    [LoggerMessage(12, LogLevel.Warning, "Messages redelivered on channel {Channel}: {Text}")]
    private static partial void Redelivered(ILogger logger, string? channel, string text, Exception? error);

    [LoggerMessage(13, LogLevel.Error, "Message given up on channel {Channel}: {Text}")]
    private static partial void DeadLettered(ILogger logger, string? channel, string text, Exception? error);

    [LoggerMessage(14, LogLevel.Warning, "Messages missed on channel {Channel}, {Peer}: {Text}")]
    private static partial void MessagesMissed(ILogger logger, string? channel, Peer? peer, string text, Exception? error);

    [LoggerMessage(15, LogLevel.Warning, "Linger time expired on channel {Channel}: {Text}")]
    private static partial void LingerExpired(ILogger logger, string? channel, string text, Exception? error);

    [LoggerMessage(16, LogLevel.Error, "A handler of the program threw, channel {Channel}: {Text}")]
    private static partial void HandlerFailed(ILogger logger, string? channel, string text, Exception? error);

    [LoggerMessage(17, LogLevel.Error, "Finding peers failed: {Text}")]
    private static partial void DiscoveryFailed(ILogger logger, string text, Exception? error);

    [LoggerMessage(18, LogLevel.Information, "{Kind} on channel {Channel}: {Text}")]
    private static partial void Other(ILogger logger, NodeEventKind kind, string? channel, string text, Exception? error);

    [LoggerMessage(19, LogLevel.Warning, "Sending stalled on channel {Channel}: {Text}")]
    private static partial void SendingStalled(ILogger logger, string? channel, string text, Exception? error);

    [LoggerMessage(20, LogLevel.Warning, "Worker ended: {Text}")]
    private static partial void WorkerExited(ILogger logger, string text, Exception? error);
}
