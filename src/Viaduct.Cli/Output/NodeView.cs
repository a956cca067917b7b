namespace Viaduct.Cli.Output;

/// <summary>A node as JSON shows it.</summary>
/// <param name="Id">The node's id, 32 hexadecimal digits.</param>
/// <param name="Name">Its name.</param>
/// <param name="ProcessId">Its process.</param>
/// <param name="Listen">The address where it accepts peers of other machines, null for none.</param>
/// <param name="Sockets">What it has open.</param>
internal sealed record NodeView(string Id, string Name, int ProcessId, string? Listen, IReadOnlyList<SocketView> Sockets)
{
    /// <summary>Makes the view of a report.</summary>
    /// <param name="node">The report.</param>
    public static NodeView Of(NodeReport node)
    {
        return new NodeView(
            node.Id.ToString("N"), node.Name, node.ProcessId, node.Listen, [.. node.Sockets.Select(socket => SocketView.Of(node, socket))]);
    }
}
