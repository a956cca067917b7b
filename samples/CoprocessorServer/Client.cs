using System.Diagnostics;
using Viaduct;
using Viaduct.Rpc;

namespace CoprocessorServer;

/// <summary>A client: a process that has so many jobs done, so many at once, and looks at every result.</summary>
internal static class Client
{
    public static async Task RunAsync(string directory, string name, int number, int jobs, int atOnce)
    {
        await using Node node = Node.Join(new NodeOptions { RuntimeDirectory = directory });
        await using ServiceClient<ICoprocessor> coprocessor = node.Connect<ICoprocessor>(new ConnectOptions { Capacity = Server.Capacity });
        IJobs device = coprocessor.Service.Open(name);

        // Blobs lie in memory that both processes see. Each is filled here, changed there, and read here again.
        Blob[] blobs = [.. Enumerable.Range(0, jobs).Select(_ => Blob.AllocateUninitialized(Kernel.Bytes))];
        for (int job = 0; job < jobs; job++)
        {
            Kernel.Fill(blobs[job].Span, number, job);
        }

        var clock = Stopwatch.StartNew();
        await using (var scope = CallScope.Begin(new CallScopeOptions { MaxParallelism = atOnce }))
        {
            foreach (Blob blob in blobs)
            {
                scope.Spawn(() => device.TransformAsync(blob));
            }
        } // the scope's end waits for all of them

        double seconds = clock.Elapsed.TotalSeconds;
        int wrong = 0;
        for (int job = 0; job < jobs; job++)
        {
            wrong += Kernel.IsRight(blobs[job].ReadOnlySpan, number, job) ? 0 : 1;
            blobs[job].Dispose();
        }

        coprocessor.Service.Report(name, new ClientFigures(jobs, wrong, seconds));
    }
}
