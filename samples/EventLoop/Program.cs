using System.Globalization;
using EventLoop;
using Viaduct;

const string Help =
    """
    Computes the mass of muon pairs in parallel and prints its histogram.

    usage: EventLoop FILE.csv [threads|processes] [WORKERS]

      FILE.csv   events with the columns pt1, eta1, phi1, pt2, eta2, phi2
      threads    workers are threads of this process (the default)
      processes  workers are processes of their own
      WORKERS    how many; default: one a core, at least 2
    """;

switch (args)
{
    case ["--help" or "-h"]:
        Console.WriteLine(Help);
        return 0;

    case ["worker", string directory]:
        WorkerProcesses.EndWithParent();
        await using (Node node = Node.Join(new NodeOptions { RuntimeDirectory = directory }))
        {
            await Worker.RunAsync(node);
        }

        return 0;
}

int count = Math.Max(Environment.ProcessorCount, 2);
string where = args.Length > 1 ? args[1] : "threads";
if (args.Length is 0 or > 3 || where is not ("threads" or "processes")
    || (args.Length == 3 && !(int.TryParse(args[2], CultureInfo.InvariantCulture, out count) && count > 0)))
{
    Console.Error.WriteLine(Help);
    return 2;
}

if (!File.Exists(args[0]))
{
    Console.Error.WriteLine($"EventLoop: the file {args[0]} does not exist.");
    return 1;
}

string runtimeDirectory = Directory.CreateTempSubdirectory("event-loop-").FullName;
try
{
    await using Node node = Node.Join(new NodeOptions { RuntimeDirectory = runtimeDirectory });
    using WorkerProcesses? processes = where == "processes" ? new WorkerProcesses(count, runtimeDirectory) : null;
    Task[] threads = processes is null ? [.. Enumerable.Range(0, count).Select(_ => Task.Run(() => Worker.RunAsync(node)))] : [];

    MassHistogram histogram = await Coordinator.RunAsync(node, args[0], count);
    await Task.WhenAll(threads);
    processes?.WaitForExit();
    histogram.Write(Console.Out);
    return 0;
}
catch (Exception problem) when (problem is InvalidDataException or IOException or ViaductException)
{
    Console.Error.WriteLine("EventLoop: " + problem.Message);
    return 1;
}
finally
{
    Directory.Delete(runtimeDirectory, recursive: true);
}
