using Viaduct;

namespace PingPong;

/// <summary>The server: receives, and sends "pong", until it is cancelled.</summary>
internal static class PongServer
{
    public static void Run(Node node, CallSpec<string, string> channel, CancellationToken cancellationToken)
    {
        using Server<string, string> server = node.OpenServer(channel);
        while (true)
        {
            using Request<string, string> request = server.Receive(cancellationToken);
            request.Reply(request.Value == "ping" ? "pong" : "?");
        }
    }
}
