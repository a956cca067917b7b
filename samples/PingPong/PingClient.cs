using System.Diagnostics;
using Viaduct;

namespace PingPong;

/// <summary>The client: sends "ping" and receives the answer, again and again.</summary>
internal static class PingClient
{
    public static void Run(Node node, CallSpec<string, string> channel, int rounds)
    {
        using Client<string, string> client = node.OpenClient(channel);
        string answer = client.Call("ping");
        Console.WriteLine($"ping, {answer} by {client.Peers[0].Route}: {client.Peers[0].Reason}");

        Stopwatch watch = Stopwatch.StartNew();
        for (int round = 0; round < rounds; round++)
        {
            answer = client.Call("ping");
        }

        Console.WriteLine($"{rounds} times ping, {answer}: {watch.Elapsed.TotalMicroseconds / rounds:F1} µs a round");
    }
}
