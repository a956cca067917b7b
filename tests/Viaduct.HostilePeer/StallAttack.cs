using System.Net.Sockets;
using Viaduct.Tests.Hostile;
using Viaduct.Wire;
using Viaduct.Wire.Frames;

namespace Viaduct.HostilePeer;

/// <summary>Stops at every byte of the handshake and keeps the connection; and connects a thousand times to say nothing. All must be shown out.</summary>
internal sealed class StallAttack(Victim victim, Nonsense nonsense, int cases) : Attack(victim, nonsense, cases)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    /// <inheritdoc/>
    public override void Run()
    {
        byte[] greeting = Greeting();
        string path = Victim.SocketPath;
        while (!IsOver)
        {
            List<Socket> stalled = [];
            for (int length = 0; length < greeting.Length; length++)
            {
                stalled.Add(Stall(DialUnix(path), greeting.AsSpan(0, length)));
                if (Victim.HasTcp)
                {
                    stalled.Add(Stall(Victim.DialTcp(), greeting.AsSpan(0, length)));
                }
            }

            for (int i = 0; i < 1000; i++)
            {
                stalled.Add(Victim.HasTcp && i % 2 == 0 ? Victim.DialTcp() : DialUnix(path));
            }

            // A whole handshake still works beside them.
            HostileConnection beside = Victim.Meet(ConnectionMode.SharedMemory) ?? throw new InvalidOperationException("No handshake beside those that stall.");
            beside.Close();
            long end = Environment.TickCount64 + (long)s_patience.TotalMilliseconds;
            foreach (Socket socket in stalled)
            {
                if (!socket.Poll(TimeSpan.FromMilliseconds(Math.Max(1, end - Environment.TickCount64)), SelectMode.SelectRead))
                {
                    throw new InvalidOperationException("A connection that stalls was kept.");
                }

                Ended++;
                Done++;
                socket.Dispose();
            }
        }
    }

    private byte[] Greeting()
    {
        FrameBuilder builder = new();
        new HelloFrame
        {
            Version = HelloFrame.CurrentVersion,
            LayoutVersion = HelloFrame.CurrentLayoutVersion,
            NodeId = Victim.Directory.NodeId,
            NodeName = "stalled",
            ProcessId = 1,
            Domain = "default",
            Purpose = ConnectionPurpose.Peer,
        }.Write(builder, FrameType.Hello);
        return builder.Written.ToArray();
    }

    private static Socket DialUnix(string path)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(path));
        return socket;
    }

    private static Socket Stall(Socket socket, ReadOnlySpan<byte> bytes)
    {
        if (!bytes.IsEmpty)
        {
            socket.Send(bytes);
        }

        return socket;
    }
}
