using System.Net;
using Viaduct;
using Viaduct.TestPeer;
using Viaduct.Tests.Support;

// The child of a test: one node, told by lines on standard input what to do (see Commands). It ends with its input.
PeerArguments arguments = PeerArguments.Parse(args);
if (arguments.Portable)
{
    AppContext.SetSwitch("Viaduct.Portable", true);
}

var options = new NodeOptions
{
    Name = arguments.Name,
    RuntimeDirectory = arguments.RuntimeDirectory,
    SharedMemory = arguments.SharedMemory,
    HeartbeatInterval = arguments.Heartbeat,
    ReconnectWindow = arguments.ReconnectWindow,
    LingerTimeout = arguments.LingerTimeout,
    LocalDiscovery = arguments.Discovery ?? arguments.RuntimeDirectory is not null,
};

if (arguments.Listen)
{
    options.Listen = new IPEndPoint(IPAddress.Loopback, 0);
}

foreach (string peer in arguments.Peers)
{
    options.Peers.Add(peer);
}

var output = new Output(Console.OpenStandardOutput());
Node node;
try
{
    node = Node.Join(options);
}
catch (Exception error)
{
    output.Failed("ready", error);
    return 1;
}

output.Done("ready", node.ListenAddress?.ToString() ?? "");
new CommandLoop(Console.In, output, new Commands(node)).Run();
node.Dispose();
return 0;
