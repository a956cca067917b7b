using System.Net;
using System.Net.Sockets;
using Viaduct.Discovery;
using Viaduct.Transports;
using Viaduct.Wire;
using Viaduct.Wire.Frames;

namespace Viaduct.HostilePeer;

/// <summary>Whom this program is hostile to: a socket of a channel, found as any node finds it.</summary>
internal sealed class Victim(string runtimeDirectory, string channel, string tcp)
{
    /// <summary>This program as the victim's machine knows it.</summary>
    public LocalDirectory Directory { get; } = new(runtimeDirectory, "default", Guid.NewGuid(), "hostile", shared: false);

    /// <summary>Where its node is found.</summary>
    public string RuntimeDirectory => runtimeDirectory;

    /// <summary>The channel.</summary>
    public string Channel => channel;

    /// <summary>The victim's socket: whoever listens on the channel and is not this program.</summary>
    public Registration Find()
    {
        for (int i = 0; i < 500; i++)
        {
            if (Directory.Find(channel).FirstOrDefault(r => r.NodeId != Directory.NodeId) is { } found)
            {
                return found;
            }

            Thread.Sleep(20);
        }

        throw new InvalidOperationException($"Nobody listens on '{channel}'.");
    }

    /// <summary>Connects and completes the handshake.</summary>
    public HostileConnection? Meet(ConnectionMode mode, bool overTcp = false)
    {
        HostileConnection connection = overTcp ? new HostileConnection(Transport.Over(DialTcp())) : HostileConnection.Dial(SocketPath);
        if (connection.Greet(mode, overTcp ? Guid.NewGuid() : Directory.NodeId))
        {
            return connection;
        }

        connection.Close();
        return null;
    }

    /// <summary>Where the victim listens.</summary>
    public string SocketPath => Directory.SocketPathOf(Find().NodeId);

    /// <summary>Whether it listens for other machines.</summary>
    public bool HasTcp => tcp.Length > 0;

    /// <summary>A TCP connection that says nothing yet.</summary>
    public Socket DialTcp()
    {
        IPEndPoint address = IPEndPoint.Parse(tcp);
        Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(address);
        return socket;
    }

    /// <summary>A link that the victim's socket would accept.</summary>
    public static OpenLinkFrame LinkTo(Registration receiver, int id) => new()
    {
        LinkId = id,
        Channel = receiver.Channel,
        SenderSocket = Guid.NewGuid(),
        ReceiverSocket = receiver.SocketId,
        Pattern = receiver.Pattern,
        Topology = receiver.Topology,
        Capacity = receiver.Capacity,
        Delivery = Delivery.AtLeastOnce,
        MaxMessageSize = 64 * 1024 * 1024,
        Schema = receiver.Schema,
        SchemaHash = Fnv1a.Hash(receiver.Schema),
        RingSize = 8192,
        Window = Rings.RingSize.WindowFor(receiver.Capacity),
    };
}
