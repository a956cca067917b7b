using Viaduct.Rpc;
using Viaduct.Supervision;
using Viaduct.Tests.Serving;

namespace Viaduct.ChildPeer;

/// <summary>A program that serves, as users write one.</summary>
internal sealed class Bench : IBench
{
    private static readonly Lock s_gate = new();

    /// <summary>Serves until it is told to end.</summary>
    public static async Task<int> RunAsync(string name)
    {
        Console.WriteLine($"bench as {name}");
        await using Node node = Node.Join();
        await node.Serve<IBench>(new Bench(), new ServeOptions { Name = name }).RunAsync();
        Console.WriteLine("bench ends");
        return 0;
    }

    /// <summary>Isolates, without having looked whether it was started to be what is isolated.</summary>
    public static async Task<int> IsolateAsync()
    {
        await using Node node = Node.Join();
        try
        {
            await using Isolated<IBench> isolated = node.Isolate<IBench, Bench>();
            return 1;
        }
        catch (InvalidOperationException error)
        {
            Console.WriteLine(error.Message);
            return 0;
        }
    }

    /// <summary>Ends before it serves.</summary>
    public static int Refuse()
    {
        Console.Error.WriteLine("This library needs a licence.");
        return 3;
    }

    public int ProcessId() => System.Environment.ProcessId;

    public async Task<int> AppendAsync(string file, string line, int milliseconds)
    {
        await Task.Delay(milliseconds);
        Write(file, line);
        return System.Environment.ProcessId;
    }

    public void Note(string file, string line) => Write(file, line);

    public int Spin()
    {
        while (true)
        {
        }
    }

    public int Crash() => Deeds.Die(11);

    public int CrashAgain() => Crash();

    public string? Variable(string name) => System.Environment.GetEnvironmentVariable(name);

    public void Say(string line) => Console.WriteLine(line);

    private static void Write(string file, string line)
    {
        lock (s_gate)
        {
            // While one process takes another's place both write, and the framework appends where the end was when it opened the file.
            using FileStream turn = TakeTurn(file + ".turn");
            File.AppendAllText(file, line + "\n");
        }
    }

    private static FileStream TakeTurn(string file)
    {
        while (true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                // The other process is at it.
                Thread.Sleep(1);
            }
        }
    }
}
