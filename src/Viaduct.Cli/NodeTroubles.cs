namespace Viaduct.Cli;

/// <summary>Listens to a node for what keeps it from meeting a peer, which nobody would learn of otherwise. Thread-safe.</summary>
internal sealed class NodeTroubles
{
    private readonly HashSet<string> _told = [];
    private readonly Action<string>? _tell;

    /// <summary>Starts to listen.</summary>
    /// <param name="node">The node.</param>
    /// <param name="tell">Called with each trouble's text the first time; not while another call is going on.</param>
    public NodeTroubles(Node node, Action<string>? tell = null)
    {
        _tell = tell;
        node.Event += OnEvent;
    }

    /// <summary>The latest trouble as the end of a sentence, empty where there was none.</summary>
    public string Latest { get; private set; } = string.Empty;

    private void OnEvent(NodeEvent happened)
    {
        if (happened.Kind is not (NodeEventKind.PeerRefused or NodeEventKind.ConnectFailed or NodeEventKind.DiscoveryFailed))
        {
            return;
        }

        lock (_told)
        {
            Latest = ": " + happened.Text;
            if (_told.Add(happened.Text))
            {
                _tell?.Invoke(happened.Text);
            }
        }
    }
}
