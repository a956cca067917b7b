using Viaduct.Supervision;

namespace KeptAlive;

/// <summary>Workers that were started before they are needed.</summary>
internal static class Standbys
{
    public static async Task RunAsync()
    {
        await using StandbyPool<ChildProcess> pool = new(StartAsync, new StandbyOptions { Count = 2 });

        await using ChildProcess worker = await pool.TakeAsync();
        Console.WriteLine($"worker: {worker.LastOutput[0]}");
    }

    private static async ValueTask<ChildProcess> StartAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ChildProcessOptions options = ChildProcessOptions.ForThisProgram("worker");
        options.OutputReceived = _ => ready.TrySetResult();
        ChildProcess worker = ChildProcess.Start(options);

        // It is ready when it says so, or it has ended.
        await Task.WhenAny(ready.Task, worker.Exited).WaitAsync(cancellationToken);
        return worker;
    }
}
