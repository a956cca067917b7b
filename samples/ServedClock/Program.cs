using ServedClock;
using Viaduct;
using Viaduct.Rpc;

await using Node node = Node.Join();
Console.WriteLine($"clock of {Environment.GetEnvironmentVariable("PLACE")}");

// Serves until this process is told to end, and then lets the calls under way come to theirs.
await node.Serve<IClock>(new Clock()).RunAsync();
