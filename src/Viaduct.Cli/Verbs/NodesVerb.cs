using System.CommandLine;
using Viaduct.Cli.Output;

namespace Viaduct.Cli.Verbs;

/// <summary><c>viaduct nodes</c>: who is there on this machine.</summary>
internal static class NodesVerb
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        NodeOptionSet nodeOptions = new();
        Option<bool> json = new("--json") { Description = "Write JSON: an array of nodes with their sockets, counters and peers." };
        Command command = new("nodes", "List the live nodes of a domain on this machine.");
        nodeOptions.AddMeetingPlaceTo(command);
        command.Add(json);
        command.SetAction(parsed =>
        {
            NodeOptions place = nodeOptions.ReadMeetingPlace(parsed);
            IReadOnlyList<NodeReport> nodes = Survey.Take(place);
            if (parsed.GetValue(json))
            {
                JsonOutput.Write([.. nodes.Select(NodeView.Of)], CliJson.Default.NodeViewArray);
            }
            else if (nodes.Count == 0)
            {
                Survey.TellNobody(place);
            }
            else
            {
                Write(nodes);
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static void Write(IReadOnlyList<NodeReport> nodes)
    {
        Table table = new("NODE", ">PID", "LISTENS", ">SOCKETS", "CHANNELS", "ID");
        foreach (NodeReport node in nodes)
        {
            string channels = string.Join(' ', node.Sockets.Select(socket => socket.Channel).Distinct().Order(StringComparer.Ordinal));
            table.Add(
                node.Name,
                Words.Number(node.ProcessId, grouped: false),
                node.Listen ?? "-",
                Words.Number(node.Sockets.Count),
                channels.Length == 0 ? "-" : channels,
                node.Id.ToString("N"));
        }

        table.Write(Console.Out);
    }
}
