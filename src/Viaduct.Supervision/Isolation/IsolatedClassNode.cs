namespace Viaduct.Supervision;

/// <summary>The node of the calls of isolated classes: nobody but their own children meets it. It lasts as long as this process.</summary>
internal static class IsolatedClassNode
{
    private static readonly Lazy<Node> s_node = new(static () => Node.Join(new NodeOptions { Name = "isolated classes", LocalDiscovery = false }));

    /// <summary>The node, made when first asked for.</summary>
    public static Node Node => s_node.Value;
}
