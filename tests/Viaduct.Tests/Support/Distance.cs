using System.Net;

namespace Viaduct.Tests.Support;

/// <summary>Two nodes (or one, at the distance of a thread) that can meet only as the kind says, and room for more of them.</summary>
public sealed class Distance : IAsyncDisposable
{
    private readonly Action<NodeOptions>? _adjust;
    private readonly List<TemporaryDirectory> _directories = [];
    private readonly List<Node> _nodes = [];
    private bool _hasChildren;

    public Distance(DistanceKind kind, Action<NodeOptions>? adjust = null)
    {
        Kind = kind;
        _adjust = adjust;
        Near = Join("near");
        Far = kind == DistanceKind.Thread ? Near : Join("far");
    }

    public DistanceKind Kind { get; }

    /// <summary>Where tests open their first end: the senders.</summary>
    public Node Near { get; }

    /// <summary>Where tests open the other end: the receivers.</summary>
    public Node Far { get; }

    public Context Context => Kind switch
    {
        DistanceKind.Thread => Context.Thread,
        DistanceKind.Machine => Context.DistributedProcess,
        _ => Context.LocalProcess,
    };

    public Route Route => Kind switch
    {
        DistanceKind.Thread => Route.InProcess,
        DistanceKind.SharedMemory => Route.SharedMemory,
        DistanceKind.UnixSocket => Route.UnixSocket,
        _ => Route.Tcp,
    };

    /// <summary>What the nodes reported, newest last.</summary>
    public Recorder<NodeEvent> Events { get; } = new();

    /// <summary>The runtime directories of this test's own.</summary>
    public IReadOnlyList<TemporaryDirectory> Directories => _directories;

    /// <summary>Adds a node that every other one can meet; at the distance of a thread that is the one there is.</summary>
    public Node Join(string name)
    {
        if (Kind == DistanceKind.Thread && _nodes.Count > 0)
        {
            return _nodes[0];
        }

        Node node = Node.Join(Options(name));
        node.Event += Events.Add;
        _nodes.Add(node);
        return node;
    }

    /// <summary>The arguments that make a child process one more node of this distance.</summary>
    public PeerArguments Child(string name = "child", string program = "Viaduct.TestPeer")
    {
        NodeOptions options = Options(name);
        _hasChildren = true;
        return new PeerArguments
        {
            Name = name,
            Program = program,
            RuntimeDirectory = options.RuntimeDirectory!,
            Peers = [.. options.Peers],
            SharedMemory = options.SharedMemory,
            Heartbeat = options.HeartbeatInterval,
            ReconnectWindow = options.ReconnectWindow,
            LingerTimeout = options.LingerTimeout,
        };
    }

    /// <summary>Lets a node join each directory and leave at once: it removes what killed ones left there.</summary>
    public void JoinForAMoment()
    {
        foreach (TemporaryDirectory directory in _directories)
        {
            Node.Join(new NodeOptions { RuntimeDirectory = directory.Path, LingerTimeout = TimeSpan.Zero }).Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Node node in Enumerable.Reverse(_nodes))
        {
            await Background.Run(node.Dispose).Within($"disposing node {node.Name}").ConfigureAwait(false);
        }

        if (_hasChildren)
        {
            // Children are killed, so that they leave things: whoever starts next in their place cleans up.
            await Background.Run(JoinForAMoment).Within().ConfigureAwait(false);
        }

        string[] left = [.. _directories.SelectMany(directory => directory.Files())];
        _directories.ForEach(directory => directory.Dispose());
        Assert.True(left.Length == 0, $"The nodes are gone but left files behind: {string.Join(", ", left)}");
    }

    private NodeOptions Options(string name)
    {
        if (_directories.Count == 0 || Kind == DistanceKind.Machine)
        {
            _directories.Add(new TemporaryDirectory());
        }

        var options = new NodeOptions
        {
            Name = name,
            RuntimeDirectory = _directories[^1].Path,
            SharedMemory = Kind != DistanceKind.UnixSocket,
            LingerTimeout = TimeSpan.FromMilliseconds(100),
            ReconnectWindow = TimeSpan.FromSeconds(1),
        };
        if (Kind == DistanceKind.Machine)
        {
            options.Listen = new IPEndPoint(IPAddress.Loopback, 0);
            foreach (Node node in _nodes)
            {
                options.Peers.Add(node.ListenAddress!.ToString());
            }
        }

        _adjust?.Invoke(options);
        return options;
    }
}
