using Viaduct.Supervision;

namespace KeptAlive;

/// <summary>A spooler and, depending on it, a printer in a process of its own, which is killed once.</summary>
internal static class Printers
{
    public static async Task RunAsync()
    {
        TaskCompletionSource restarted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        SupervisorOptions options = new()
        {
            Name = "printers",
            Strategy = RestartStrategy.RestForOne,
            MaxRestarts = 5,
            Within = TimeSpan.FromMinutes(1),
            Happened = happened =>
            {
                Console.WriteLine(happened.Kind);
                if (happened.Kind == SupervisorEventKind.Restarting)
                {
                    restarted.TrySetResult();
                }
            },
        };

        await using Supervisor printers = await Supervisor.StartAsync(
            options,
            [
                ChildSpec.ForTask("spooler", async stop => await Task.Delay(Timeout.Infinite, stop)),
                ChildSpec.ForProcess("printer", () => ChildProcessOptions.ForThisProgram("worker")),
            ]);

        int printer = printers.Report().Children[1].ProcessId!.Value;
        System.Diagnostics.Process.GetProcessById(printer).Kill();
        await restarted.Task;
        Console.WriteLine(printers.Report().Children[1].LastExit?.SignalName);
    }
}
