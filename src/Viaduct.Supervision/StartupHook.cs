using System.Diagnostics.CodeAnalysis;
using Viaduct.Supervision;

/// <summary>What the .NET runtime calls before a worker's <c>Main</c>: see "host startup hook" in the runtime's documentation, which demands this name and place.</summary>
[SuppressMessage("Design", "CA1050", Justification = "The runtime looks for it outside every namespace.")]
internal static class StartupHook
{
    /// <summary>Becomes the worker that the parent wants.</summary>
    public static void Initialize() => WorkerProcess.RunIfWorker();
}
