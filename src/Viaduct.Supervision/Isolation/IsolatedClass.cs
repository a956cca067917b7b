using System.Collections.Concurrent;
using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace Viaduct.Supervision;

/// <summary>A class that is marked <see cref="IsolatedAttribute"/>, as the program sees it while it runs. Thread-safe.</summary>
public abstract class IsolatedClass
{
    private static readonly ConcurrentDictionary<Type, IsolatedClass> s_classes = new();

    private protected IsolatedClass(string name)
    {
        Name = name;
    }

    /// <summary>The class's full name.</summary>
    public string Name { get; }

    /// <summary>
    /// How the processes are run; what the attribute says until it is set. Set it before the first call, or after <see cref="StopAsync"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is set while there are processes.</exception>
    public abstract IsolateOptions Options { get; set; }

    /// <summary>
    /// Called for each new process before it counts as ready, on a thread of the pool: the calls of the class's methods that it makes go to that process alone, so that what they compile and
    /// load is there before the call that comes after a crash. What it throws is told as <see cref="NodeEventKind.HandlerFailed"/> by the node of isolated classes, and changes nothing; a process
    /// that ends meanwhile is replaced after a delay that grows. Defaults to <see langword="null"/>: none. Set it before the first call, or after <see cref="StopAsync"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is set while there are processes.</exception>
    public abstract Func<ValueTask>? WarmUp { get; set; }

    /// <summary>
    /// Whether calls are carried out in this process after all, for tests and for a move step by step. Defaults to <see langword="false"/>. May be set at any time; calls under way
    /// end where they began.
    /// </summary>
    public bool InProcess { get; set; }

    /// <summary>Whether a call is carried out by who makes it: because it is to be so, or because this is a worker.</summary>
    [EditorBrowsable(EditorBrowsableState.Advanced)]
    public bool IsHere => InProcess || WorkerProcess.IsWorker;

    /// <summary>The processes there are; none before the first call.</summary>
    public abstract IReadOnlyList<WorkerReport> Workers { get; }

    /// <summary>Processes that were started so far, the first ones included; 0 before the first call.</summary>
    public abstract long Started { get; }

    /// <summary>How the last process that has ended did, and its last words; <see langword="null"/> while none has.</summary>
    public abstract WorkerExit? LastExit { get; }

    /// <summary>Raised when a process has ended, with its number and how it did, on a thread of the pool.</summary>
    public event Action<int, ExitReason>? WorkerExited;

    /// <summary>A class that is marked <see cref="IsolatedAttribute"/>.</summary>
    /// <param name="type">The class.</param>
    /// <returns>What runs it.</returns>
    /// <exception cref="InvalidOperationException">The class is not marked, or no generator saw it.</exception>
    public static IsolatedClass Of(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (!s_classes.TryGetValue(type, out IsolatedClass? found))
        {
            // The initializer of the class's module registers it, and runs no later than this.
            RuntimeHelpers.RunModuleConstructor(type.Module.ModuleHandle);
        }

        return found ?? (s_classes.TryGetValue(type, out found) ? found : throw new InvalidOperationException(
            $"{type} is not isolated. Mark it [Isolated], and reference the Viaduct package (which brings the source generator) in the project that declares it."));
    }

    /// <summary>Ends the processes: calls under way end in an <see cref="ObjectDisposedException"/>, and the next call starts new ones. They end with this process anyway.</summary>
    /// <returns>A task that is done when the processes have ended.</returns>
    public abstract ValueTask StopAsync();

    /// <summary>Makes a class known. Called by an initializer of the module that declares it, which the source generator writes.</summary>
    /// <param name="type">The class.</param>
    /// <param name="isolated">What runs it.</param>
    [EditorBrowsable(EditorBrowsableState.Advanced)]
    public static void Register(Type type, IsolatedClass isolated)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(isolated);
        s_classes[type] = isolated;
    }

    /// <summary>Puts what came back for an array into the caller's own. Called by generated code.</summary>
    /// <typeparam name="T">Its elements.</typeparam>
    /// <param name="changed">What came back.</param>
    /// <param name="array">The caller's.</param>
    [EditorBrowsable(EditorBrowsableState.Advanced)]
    public static void CopyBack<T>(T[]? changed, T[]? array)
    {
        if (changed is not null && array is not null)
        {
            changed.AsSpan(0, Math.Min(changed.Length, array.Length)).CopyTo(array);
        }
    }

    /// <summary>Tells that a process has ended.</summary>
    private protected void OnExited(int process, ExitReason reason) => WorkerExited?.Invoke(process, reason);
}
