using System.Diagnostics;

namespace EventLoop;

/// <summary>Workers as processes: this program again, with the verb "worker". They end when this one does.</summary>
internal sealed class WorkerProcesses : IDisposable
{
    private readonly List<Process> _processes = [];

    public WorkerProcesses(int workers, string runtimeDirectory)
    {
        for (int i = 0; i < workers; i++)
        {
            ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardInput = true };
            if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            {
                start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
            }

            start.ArgumentList.Add("worker");
            start.ArgumentList.Add(runtimeDirectory);
            _processes.Add(Process.Start(start)!);
        }
    }

    /// <summary>What a worker process does besides working: it ends when its standard input does.</summary>
    public static void EndWithParent()
    {
        new Thread(() =>
        {
            Console.In.ReadToEnd();
            Environment.Exit(1);
        })
        { IsBackground = true }.Start();
    }

    public void WaitForExit()
    {
        _processes.ForEach(process => process.WaitForExit());
    }

    public void Dispose()
    {
        foreach (Process process in _processes)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
    }
}
