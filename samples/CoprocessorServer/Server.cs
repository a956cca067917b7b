using System.Diagnostics;
using System.Globalization;
using Viaduct;
using Viaduct.Rpc;
using Viaduct.Supervision;

namespace CoprocessorServer;

/// <summary>The process that owns the device. It also starts the clients, kills one of them, and judges how all that went.</summary>
internal static class Server
{
    /// <summary>Calls that a client may have under way. Both ends say so.</summary>
    public const int Capacity = 2048;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    public static async Task<bool> RunAsync(int jobs)
    {
        string directory = Directory.CreateTempSubdirectory("coprocessor-").FullName;
        try
        {
            using var device = new Device();
            await using Node node = Node.Join(new NodeOptions { RuntimeDirectory = directory });
            var coprocessor = new Coprocessor(device);
            await using ServiceHost host = node.Serve<ICoprocessor>(coprocessor, new ServeOptions { Capacity = Capacity });
            Console.WriteLine($"{"client",-10} {"jobs",6} {"wrong",6} {"jobs/s",8} {"GB/s",6}  jobs of others before one of its own");

            // Alone, for comparison; and for what a client that has ended in order leaves of memory: chunks that are kept for the next one.
            bool isRight = await RunClientsAsync(directory, coprocessor, device, ("alone", jobs, jobs));
            long kept = BytesInUse(directory);

            // One submits all its jobs at once, two have one job at a time, and one is killed in the midst of its jobs.
            ChildProcess doomed = Start(directory, "doomed", 9, 2000, 1000);
            Task<bool> others = RunClientsAsync(directory, coprocessor, device, ("greedy", jobs, jobs), ("modest-1", jobs / 10, 1), ("modest-2", jobs / 10, 1));
            await UntilAsync(() => coprocessor.Queues.TryGetValue("doomed", out ClientJobs? queue) && device.Look(queue) is { Finished: > 10, Waiting: > 10 });
            doomed.Kill();
            await doomed.Exited;
            isRight &= await others;
            ClientJobs orphan = coprocessor.Queues["doomed"];
            bool isClean = await UntilAsync(() => device.Look(orphan).Waiting == 0 && host.UnderWay == 0 && BytesInUse(directory) <= kept);
            (_, int finished, int canceled, _) = device.Look(orphan);
            Console.WriteLine($"doomed: killed after {finished} jobs; {canceled} calls cancelled, {host.UnderWay} left; blob memory {BytesInUse(directory) >> 10} KiB, as before {kept >> 10} KiB");

            isRight &= MeasureHere(jobs);
            Console.WriteLine(isRight && isClean ? "all results are right" : "SOMETHING IS WRONG");
            return isRight && isClean;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Starts clients, waits for them, and prints a line for each.</summary>
    private static async Task<bool> RunClientsAsync(string directory, Coprocessor coprocessor, Device device, params (string Name, int Jobs, int AtOnce)[] clients)
    {
        ChildProcess[] processes = [.. clients.Select((client, i) => Start(directory, client.Name, i, client.Jobs, client.AtOnce))];
        bool isRight = true;
        for (int i = 0; i < clients.Length; i++)
        {
            ExitReason exit = await processes[i].Exited;
            if (!coprocessor.Figures.TryGetValue(clients[i].Name, out ClientFigures? figures))
            {
                Console.WriteLine($"{clients[i].Name} failed: {exit}\n{string.Join('\n', processes[i].LastOutput.Select(line => line.Text))}");
                return false;
            }

            // Who has one job waiting is preceded by at most one of each other client: of those above, and the one that is killed.
            long others = device.Look(coprocessor.Queues[clients[i].Name]).MostOthersFirst;
            isRight &= figures.Wrong == 0 && (clients[i].AtOnce > 1 || others <= clients.Length);
            Print(clients[i].Name, figures, clients[i].AtOnce == 1 ? $"at most {others}" : "(has all its jobs in the queue)");
        }

        return isRight;
    }

    /// <summary>The same work without any of this: one thread of this process.</summary>
    private static bool MeasureHere(int jobs)
    {
        byte[] samples = new byte[Kernel.Bytes];
        Kernel.Fill(samples, 0, 0);
        Kernel.Transform(samples);
        bool isRight = Kernel.IsRight(samples, 0, 0);
        double seconds = 0;
        for (int job = 0; job < jobs; job++)
        {
            Kernel.Fill(samples, 0, job);
            long start = Stopwatch.GetTimestamp();
            Kernel.Transform(samples);
            seconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        Print("(here)", new ClientFigures(jobs, 0, seconds), "one thread, in this process");
        return isRight;
    }

    private static void Print(string name, ClientFigures figures, string remark)
    {
        double rate = figures.Jobs / figures.Seconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{name,-10} {figures.Jobs,6} {figures.Wrong,6} {rate,8:0} {rate * Kernel.Bytes / 1e9,6:0.00}  {remark}"));
    }

    private static ChildProcess Start(string directory, string name, int number, int jobs, int atOnce) =>
        ChildProcess.Start(ChildProcessOptions.ForThisProgram("client", directory, name, $"{number}", $"{jobs}", $"{atOnce}"));

    /// <summary>What blobs hold in this process, those included whose readers are other processes.</summary>
    private static long BytesInUse(string directory) =>
        Node.Survey(new NodeOptions { RuntimeDirectory = directory }).Where(report => report.ProcessId == Environment.ProcessId).Sum(report => report.Memory.BlobBytesInUse);

    private static async Task<bool> UntilAsync(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.Elapsed > s_patience)
            {
                return false;
            }

            await Task.Delay(10);
        }

        return true;
    }
}
