using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;
using Viaduct.Nodes;
using Viaduct.Rpc;

namespace Viaduct.Supervision;

/// <summary>The child's side of an isolated service.</summary>
public static class WorkerProcess
{
    /// <summary>The exit code of a worker that could not become what it was told to be, or not remain it until its parent let go of it.</summary>
    private const int CouldNotServe = 70;

    /// <summary>Whether this process is a worker: what is isolated elsewhere is carried out here.</summary>
    internal static bool IsWorker { get; private set; }

    /// <summary>
    /// If this process was started as the worker of an isolated service, is that until the parent lets go of it, disposes the object, and exits; otherwise does nothing.
    /// A program for the .NET runtime need not call it, for the runtime does so before <c>Main</c>. One that is compiled ahead of time calls it first in <c>Main</c>.
    /// </summary>
    public static void RunIfWorker()
    {
        if (FindOrder() is { } order)
        {
            Run(order);
        }
    }

    /// <summary>A worker that has not become one must start none: they would do the same, each time twice as many.</summary>
    /// <exception cref="InvalidOperationException">This process is such a one.</exception>
    internal static void ThrowIfMissed()
    {
        if (!IsWorker && FindOrder() is not null)
        {
            throw new InvalidOperationException(
                $"This process was started as the worker of an isolated service, and has not become it: call {nameof(WorkerProcess)}.{nameof(RunIfWorker)}() first in Main. "
                + "Programs that are compiled ahead of time have to, and others for which the runtime's startup hooks are switched off.");
        }
    }

    /// <summary>What this process was started for, while it has not begun with it; null where it is no worker.</summary>
    private static WorkOrder? FindOrder() =>
        WorkOrder.Parse(Environment.GetEnvironmentVariable(WorkOrder.Variable)) is { } order && ChildHost.IsChild ? order : null;

    private static void Run(WorkOrder order)
    {
        IsWorker = true;

        // What this process starts is no worker, and has no hook of ours.
        Environment.SetEnvironmentVariable(WorkOrder.Variable, null);
        Environment.SetEnvironmentVariable(StartupHooks.Variable, StartupHooks.WithoutOurs(Environment.GetEnvironmentVariable(StartupHooks.Variable), AppContext.BaseDirectory));
        int code = 0;
        try
        {
            SafeFileHandle socket = ChildHost.TakeDescriptor() ?? throw new InvalidOperationException("The parent gave no socket.");

            // Not disposed: there is nobody left to leave, and nothing of it outlives the process.
            Node node = Node.Join(new NodeOptions { Name = order.Name, LocalDiscovery = false });

            // First, so that parent and child come to know each other while the service is loaded and made.
            Session session = node.Adopt(socket, dials: true);
            Load(order.Assembly);
            (ServiceHost host, object service) = IsolatedServices.Serve(order.Key, node, order.ServeOptions());
            session.Ended.Wait();
            IsolatedServices.End(host, service);
            if (session.Error is ViaductException error)
            {
                // The parent did not let go of this process: what went wrong between them it hears as the last words.
                throw error;
            }
        }
        catch (Exception error)
        {
            // The last words are heard with certainty, and of the trace only what stands at its end.
            Console.Error.WriteLine(error);
            Console.Error.WriteLine(Gist(error));
            code = CouldNotServe;
        }

        Environment.Exit(code);
    }

    /// <summary>What went wrong and why, in one line.</summary>
    private static string Gist(Exception error)
    {
        string gist = $"{error.GetType().FullName}: {error.Message}";
        for (Exception? inner = error.InnerException; inner is not null; inner = inner.InnerException)
        {
            gist += $" <- {inner.GetType().FullName}: {inner.Message}";
        }

        return gist.ReplaceLineEndings(" ");
    }

    /// <summary>Loads the assembly whose initializer makes the service known; compiled ahead of time, it has run already.</summary>
    private static void Load(string assembly)
    {
        if (RuntimeFeature.IsDynamicCodeSupported)
        {
            RuntimeHelpers.RunModuleConstructor(Assembly.Load(new AssemblyName(assembly)).ManifestModule.ModuleHandle);
        }
    }
}
