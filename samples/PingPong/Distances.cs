using System.Diagnostics;
using System.Net;
using Viaduct;

namespace PingPong;

/// <summary>Starts client and server as far from each other as asked. The two themselves do not know.</summary>
internal static class Distances
{
    private static readonly CallSpec<string, string> s_channel = new("ping-pong") { Topology = Topology.OneToOne };

    /// <summary>Both in this process, the server on a thread of its own.</summary>
    public static void Thread(int rounds)
    {
        using Node node = Node.Join(new NodeOptions { LocalDiscovery = false });
        using CancellationTokenSource ended = new();
        Task serving = Task.Run(() => PongServer.Run(node, s_channel, ended.Token));
        PingClient.Run(node, s_channel, rounds);
        ended.Cancel();
        try
        {
            serving.Wait();
        }
        catch (AggregateException problem) when (problem.InnerException is OperationCanceledException)
        {
        }
    }

    /// <summary>The server is another process of this machine.</summary>
    public static void Process(int rounds) => WithServer("process", new NodeOptions(), rounds);

    /// <summary>The server is another process that has its own runtime directory, as another machine has, so that only TCP leads there.</summary>
    public static void Machine(int rounds)
    {
        WithServer("machine", new NodeOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0) }, rounds);
    }

    /// <summary>What the process started by <see cref="WithServer"/> does. It ends when its standard input does.</summary>
    public static void Serve(string runtimeDirectory, string? peer)
    {
        NodeOptions options = new() { RuntimeDirectory = runtimeDirectory };
        if (peer is not null)
        {
            options.Listen = new IPEndPoint(IPAddress.Loopback, 0);
            options.Peers.Add(peer);
        }

        using Node node = Node.Join(options);
        using CancellationTokenSource ended = new();
        Task serving = Task.Run(() => PongServer.Run(node, s_channel, ended.Token));
        Console.In.ReadToEnd();
        ended.Cancel();
        Task.WaitAny(serving);
    }

    private static void WithServer(string distance, NodeOptions options, int rounds)
    {
        string directory = Directory.CreateTempSubdirectory("ping-pong-").FullName;
        options.RuntimeDirectory = Path.Combine(directory, "client");
        try
        {
            using Node node = Node.Join(options);
            string serverDirectory = distance == "machine" ? Path.Combine(directory, "server") : options.RuntimeDirectory;
            ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardInput = true };
            if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            {
                start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
            }

            start.ArgumentList.Add("serve");
            start.ArgumentList.Add(serverDirectory);
            if (node.ListenAddress is { } address)
            {
                start.ArgumentList.Add(address.ToString());
            }

            using Process server = System.Diagnostics.Process.Start(start)!;
            PingClient.Run(node, s_channel, rounds);
            server.StandardInput.Close();
            server.WaitForExit();
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
