using System.CommandLine;
using Viaduct.Cli.Output;

namespace Viaduct.Cli.Verbs;

/// <summary><c>viaduct channels</c>: what is open on this machine, over which routes, with which counters.</summary>
internal static class ChannelsVerb
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        NodeOptionSet nodeOptions = new();
        Argument<string?> channel = new("CHANNEL")
        {
            Description = "Only this channel.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<bool> json = new("--json") { Description = "Write JSON: an array of sockets with their channel, node, counters and peers." };
        Command command = new(
            "channels", "List the channels open on this machine: who sends and receives, over which routes and why, and how much.");
        command.Add(channel);
        nodeOptions.AddMeetingPlaceTo(command);
        command.Add(json);
        command.SetAction(parsed =>
        {
            NodeOptions place = nodeOptions.ReadMeetingPlace(parsed);
            string? only = parsed.GetValue(channel);
            SocketView[] sockets =
            [
                .. Survey.Take(place)
                    .SelectMany(node => node.Sockets.Select(socket => SocketView.Of(node, socket)))
                    .Where(socket => only is null || socket.Channel == only)
                    .OrderBy(socket => socket.Channel, StringComparer.Ordinal),
            ];
            if (parsed.GetValue(json))
            {
                JsonOutput.Write(sockets, CliJson.Default.SocketViewArray);
            }
            else if (sockets.Length == 0)
            {
                Notice.Say(
                    only is null
                        ? $"no channel is open in the domain '{place.Domain}' on this machine."
                        : $"nobody has the channel '{only}' open in the domain '{place.Domain}' on this machine.");
            }
            else
            {
                Write(sockets);
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static void Write(SocketView[] sockets)
    {
        foreach (IGrouping<string, SocketView> channel in sockets.GroupBy(socket => socket.Channel))
        {
            SocketView first = channel.First();
            Console.Out.WriteLine($"{channel.Key}   {first.Pattern}, {first.Topology}, capacity {first.Capacity}, {first.Schema}");
            Table table = new("  ROLE", "NODE", ">PID", ">SENT", ">RECEIVED", ">BYTES", ">OUTSTANDING", ">REDELIVERED", "PEERS");
            foreach (SocketView socket in channel)
            {
                AddRows(table, socket);
            }

            table.Write(Console.Out);
            Console.Out.WriteLine();
        }
    }

    private static void AddRows(Table table, SocketView socket)
    {
        table.Add(
            "  " + socket.Role,
            socket.Node,
            Words.Number(socket.ProcessId, grouped: false),
            Words.Number(socket.Sent),
            Words.Number(socket.Received),
            Words.Number(socket.Bytes),
            Words.Number(socket.Outstanding),
            Words.Number(socket.Redelivered),
            socket.Peers.Count == 0 ? "none" : Describe(socket.Peers[0]));
        foreach (PeerView peer in socket.Peers.Skip(1))
        {
            table.Add(string.Empty, string.Empty, string.Empty, string.Empty, string.Empty, string.Empty, string.Empty, string.Empty, Describe(peer));
        }
    }

    private static string Describe(PeerView peer)
    {
        return $"{peer.Node} ({peer.ProcessId}) by {peer.Route}: {peer.Reason}; {Words.Number(peer.Messages)} messages, {Words.Number(peer.Outstanding)} outstanding";
    }
}
