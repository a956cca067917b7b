using System.Text;
using Viaduct.Nodes;

namespace Viaduct.Tests.Fuzz;

/// <summary>A node's report about itself, as its asker reads it.</summary>
internal sealed class ReportTarget : FuzzTarget
{
    private static readonly Guid s_id = new("00112233-4455-6677-8899-aabbccddeeff");

    /// <inheritdoc/>
    public override string Name => "report";

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Words => JsonWords.All;

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds
    {
        get
        {
            Peer peer = new(s_id, "größe", 2, s_id, Route.Tcp, "far", 3, 4);
            SocketReport socket = new()
            {
                Channel = "prices",
                Role = "producer",
                Pattern = Pattern.ProducerConsumer,
                Topology = Topology.OneToMany,
                Capacity = 64,
                Schema = "bytes",
                Counters = new SocketCounters(1, 2, 3, 4, 5, 6, 7, 8),
                Peers = [peer],
            };
            byte[] report = NodeReportJson.Serialize(new NodeReport { Id = s_id, Name = "node", ProcessId = 1, Listen = "127.0.0.1:7700", Memory = new MemoryReport(), Sockets = [socket] });
            yield return report;
            foreach (byte[] without in JsonWords.WithNulls(report))
            {
                yield return without;
            }

            yield return NodeReportJson.Serialize(new NodeReport { Id = s_id, Name = "", ProcessId = -1, Memory = new MemoryReport(), Sockets = [] });
        }
    }

    /// <inheritdoc/>
    public override string Run(ReadOnlySpan<byte> input)
    {
        NodeReport report;
        try
        {
            report = NodeReportJson.Deserialize(input);
        }
        catch (ProtocolViolationException error)
        {
            return Outcome(error.InnerException ?? error);
        }

        // As a tool looks at it: nothing is null that is not said to be.
        Assert.NotNull(report.Name);
        foreach (SocketReport socket in report.Sockets)
        {
            Assert.True(socket.Channel.Length + socket.Role.Length + socket.Schema.Length + socket.Counters.ToString().Length > 0);
            Assert.All(socket.Peers, static peer => Assert.True(peer.ToString().Length + peer.NodeName.Length + peer.Reason.Length > 0));
        }

        byte[] written = NodeReportJson.Serialize(report);
        Assert.Equal(Encoding.UTF8.GetString(written), Encoding.UTF8.GetString(NodeReportJson.Serialize(NodeReportJson.Deserialize(written))));
        return $"{Math.Min(3, report.Sockets.Count)} sockets, listens {report.Listen is not null}";
    }
}
