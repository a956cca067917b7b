namespace Viaduct.Cli.Verbs;

/// <summary>Asks the nodes of this machine what they have open.</summary>
internal static class Survey
{
    /// <summary>How long a node may take to answer, before it is left out.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    /// <summary>Asks every live node, in the order of their names.</summary>
    /// <param name="place">The domain and the runtime directory.</param>
    public static IReadOnlyList<NodeReport> Take(NodeOptions place)
    {
        return [.. Node.Survey(place, s_patience).OrderBy(node => node.Name, StringComparer.Ordinal).ThenBy(node => node.ProcessId)];
    }

    /// <summary>Says on standard error that no node is there, and where was looked.</summary>
    /// <param name="place">The domain and the runtime directory.</param>
    public static void TellNobody(NodeOptions place)
    {
        string where = place.RuntimeDirectory is { } directory ? $" in {directory}" : string.Empty;
        Notice.Say($"no node is in the domain '{place.Domain}'{where}.");
    }
}
