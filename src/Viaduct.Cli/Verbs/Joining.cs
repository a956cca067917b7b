namespace Viaduct.Cli.Verbs;

/// <summary>Joins for the verbs that send and receive.</summary>
internal static class Joining
{
    /// <summary>Joins, and tells on standard error what a person would otherwise not learn.</summary>
    /// <param name="options">The node's options.</param>
    /// <param name="quiet">Whether to tell nothing.</param>
    public static Node Join(NodeOptions options, bool quiet)
    {
        Node node = Node.Join(options);
        if (!quiet)
        {
            _ = new NodeTroubles(node, Notice.Say);
            if (options.Listen is { Port: 0 })
            {
                Notice.Say($"listening on {node.ListenAddress}");
            }
        }

        return node;
    }
}
