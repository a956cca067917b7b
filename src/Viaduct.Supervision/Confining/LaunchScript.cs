using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Viaduct.Supervision;

/// <summary>
/// What the thread does that takes a confinement upon itself and starts the child: system calls one after another, then posix_spawn(3), then more
/// system calls. In memory that does not move.
/// </summary>
/// <remarks>
/// The thread is confined as the child shall be, for good, and shares this process's memory with threads that are not. So it may do nothing else:
/// a thread that the runtime started from it, say to compile in the background, would inherit the confinement, and an assembly that it had to load
/// could not be opened. Hence it is a thread of the C library, which the runtime starts nothing on; its one managed method is compiled whole
/// beforehand (<see cref="Rehearse"/>), is never compiled again, allocates nothing, and calls functions by their addresses only.
/// </remarks>
internal sealed unsafe class LaunchScript : IDisposable
{
    /// <summary>The error of a step that was left out.</summary>
    internal const int NotTried = -1;

    private const int MaxSteps = 16;

    private static readonly Lock s_gate = new();
    private static bool s_rehearsed;

    private readonly Record* _record;

    internal LaunchScript()
    {
        nint library = NativeLibrary.Load("libc");
        _record = (Record*)NativeMemory.AllocZeroed((nuint)sizeof(Record));
        _record->Call = (delegate* unmanaged<nint, nint, nint, nint, nint, nint, nint, nint>)NativeLibrary.GetExport(library, "syscall");
        _record->ErrorLocation = (delegate* unmanaged<int*>)NativeLibrary.GetExport(library, "__errno_location");
        _record->Spawn = (delegate* unmanaged<int*, void*, void*, void*, void*, void*, int>)NativeLibrary.GetExport(library, "posix_spawn");
    }

    /// <summary>The child's number after a start that succeeded.</summary>
    internal int ProcessId => _record->ProcessId;

    /// <summary>The error of posix_spawn; -1 if a step before it failed that must not.</summary>
    internal int SpawnError => _record->SpawnError;

    /// <summary>Adds a system call before the start, and says which step it is. If one fails that must not, all up to the start is left out.</summary>
    internal int Add(bool mustSucceed, nint number, nint a = 0, nint b = 0, nint c = 0, nint d = 0, nint e = 0)
    {
        int index = _record->Before++;
        ObjectDisposedException.ThrowIf(index >= MaxSteps - 1, this);
        *Of(index) = new Step { Number = number, A = a, B = b, C = c, D = d, E = e, Error = NotTried, MustSucceed = mustSucceed ? 1 : 0 };
        return index;
    }

    /// <summary>Adds a system call that is done at the end in any case.</summary>
    internal void AddLast(nint number, nint a = 0, nint b = 0, nint c = 0) =>
        *Of(MaxSteps - 1) = new Step { Number = number, A = a, B = b, C = c };

    /// <summary>Where a step's result appears: what the call returned.</summary>
    internal nint* ResultOf(int step) => &Of(step)->Result;

    /// <summary>A step's error number; 0 if it succeeded, <see cref="NotTried"/> if one before it failed.</summary>
    internal int ErrorOf(int step) => Of(step)->Error;

    /// <summary>Says what is started.</summary>
    internal void SetSpawn(SpawnPlan plan)
    {
        _record->Path = plan.Path;
        _record->Actions = plan.Actions;
        _record->Attributes = plan.Attributes;
        _record->Arguments = plan.Arguments;
        _record->Environment = plan.Environment;
    }

    /// <summary>Runs it on a thread of its own; returns that thread, which <see cref="Join"/> waits for.</summary>
    /// <exception cref="IOException">There is no thread left.</exception>
    internal nint Start()
    {
        Rehearse();
        return StartThread();
    }

    /// <summary>Waits for the end of the thread.</summary>
    internal static void Join(nint thread) => _ = Linux.SpawnLibrary.JoinThread(thread, null);

    /// <inheritdoc/>
    public void Dispose() => NativeMemory.Free(_record);

    /// <summary>Has everything compiled and bound that the thread will use, by doing the same with calls that do nothing.</summary>
    private static void Rehearse()
    {
        lock (s_gate)
        {
            if (s_rehearsed)
            {
                return;
            }

            using LaunchScript script = new();
            script._record->Spawn =
                (delegate* unmanaged<int*, void*, void*, void*, void*, void*, int>)NativeLibrary.GetExport(NativeLibrary.Load("libc"), "getpid");
            script.Add(mustSucceed: true, CallNumbers.GetProcessId);
            script.Add(mustSucceed: false, number: -1);
            script.AddLast(CallNumbers.GetProcessId);
            Join(script.StartThread());
            s_rehearsed = true;
        }
    }

    private nint StartThread()
    {
        nint thread;
        int error = Linux.SpawnLibrary.CreateThread(&thread, null, &Run, _record);
        return error == 0 ? thread : throw Viaduct.Linux.Libc.Failure("The thread that confines a child cannot be started", error);
    }

    private Step* Of(int index) => &_record->First + index;

    /// <summary>The thread. Not tiered, so that it starts no compilation; no try, no call of a managed method, no allocation.</summary>
    [UnmanagedCallersOnly]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void* Run(void* argument)
    {
        Record* record = (Record*)argument;
        Step* steps = &record->First;
        record->SpawnError = -1;
        int index = 0;
        bool goesOn = true;
        while (goesOn && index < record->Before)
        {
            Step* step = steps + index;
            step->Result = record->Call(step->Number, step->A, step->B, step->C, step->D, step->E, 0);
            step->Error = step->Result == -1 ? *record->ErrorLocation() : 0;
            goesOn = step->Error == 0 || step->MustSucceed == 0;
            index++;
        }

        if (goesOn)
        {
            record->SpawnError = record->Spawn(&record->ProcessId, record->Path, record->Actions, record->Attributes, record->Arguments, record->Environment);
        }

        Step* last = steps + (MaxSteps - 1);
        record->Call(last->Number, last->A, last->B, last->C, 0, 0, 0);
        return null;
    }

    /// <summary>A system call and what came of it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Step
    {
        internal nint Number;
        internal nint A;
        internal nint B;
        internal nint C;
        internal nint D;
        internal nint E;
        internal nint Result;
        internal int Error;
        internal int MustSucceed;
    }

    /// <summary>All that the thread knows.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Record
    {
        internal delegate* unmanaged<nint, nint, nint, nint, nint, nint, nint, nint> Call;
        internal delegate* unmanaged<int*> ErrorLocation;
        internal delegate* unmanaged<int*, void*, void*, void*, void*, void*, int> Spawn;
        internal void* Path;
        internal void* Actions;
        internal void* Attributes;
        internal void* Arguments;
        internal void* Environment;
        internal int ProcessId;
        internal int SpawnError;
        internal int Before;
        internal int Padding;
        internal Step First;
        internal fixed byte Others[(MaxSteps - 1) * 64];
    }
}
