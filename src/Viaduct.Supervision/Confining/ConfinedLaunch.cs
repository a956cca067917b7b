using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Viaduct.Linux;
using Viaduct.Supervision.Linux;

namespace Viaduct.Supervision;

/// <summary>Starts a child that has its <see cref="Confinement"/> before its first instruction.</summary>
/// <remarks>
/// Confinements belong to threads and are inherited by what they start, so a thread of this process takes it on, starts the child and ends
/// (<see cref="LaunchScript"/>). The filter asks this process about starts of processes and programs: the one that is the child and the one program that
/// it becomes are allowed, all others are denied, and when the child is there nobody is left to ask.
/// </remarks>
internal sealed unsafe class ConfinedLaunch : IDisposable
{
    private const int PR_SET_NO_NEW_PRIVS = 38;
    private const nint CLONE_NEWNET = 0x40000000;
    private const nint CLONE_NEWIPC = 0x08000000;
    private const int SECCOMP_SET_MODE_FILTER = 1;
    private const int SECCOMP_FILTER_FLAG_NEW_LISTENER = 8;
    private const uint CapabilityVersion3 = 0x20080522;
    private const long Done = -100;

    private readonly Confinement _confinement;
    private readonly ChildProcessOptions _options;
    private readonly SpawnPlan _plan;
    private readonly LaunchScript _script = new();
    private readonly List<(ConfinementParts Part, int Step, string Detail)> _steps = [];
    private readonly List<ConfinementResult> _results = [];
    private readonly List<IDisposable> _owned = [];

    /// <summary>The record for "no capabilities", and the word that says that the thread is done; native, since the thread uses them.</summary>
    private readonly uint* _memory = (uint*)NativeMemory.AllocZeroed(64);

    private ConfinedLaunch(Confinement confinement, ChildProcessOptions options, SpawnPlan plan)
    {
        _confinement = confinement;
        _options = options;
        _plan = plan;
    }

    /// <summary>Starts the child; its number and what became of its confinement.</summary>
    /// <exception cref="ConfinementException">A required part can't be had; there is no child.</exception>
    /// <exception cref="ChildStartException">The system refused to start the program.</exception>
    /// <exception cref="IOException">The process has no descriptor or thread left, or a path that is allowed is not there.</exception>
    internal static (int Id, ConfinementReport Report) Start(Confinement confinement, ChildProcessOptions options, SpawnPlan plan)
    {
        using ConfinedLaunch launch = new(confinement, options, plan);
        if (launch.Start() is { } started)
        {
            return started;
        }

        // The kernel can't ask, or somebody above asks already: without it, all but starts can be denied.
        Confinement less = confinement with { DeniedCalls = confinement.DeniedCalls & ~DeniedCalls.Processes };
        using ConfinedLaunch second = new(less, options, plan);
        second._results.Add(new ConfinementResult(ConfinementParts.Processes, false, "seccomp cannot ask here (Linux 5.5; one that asks already in a container)"));
        return second.Start()!.Value;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _owned.ForEach(static owned => owned.Dispose());
        _script.Dispose();
        NativeMemory.Free(_memory);
    }

    private bool Asks(ConfinementParts part) => (_confinement.Asked & part) != 0;

    private bool Requires(ConfinementParts part) => (_confinement.Asked & _confinement.Required & part) != 0;

    /// <summary>Starts the child; null if the only thing in the way was that the filter can't ask.</summary>
    private (int Id, ConfinementReport Report)? Start()
    {
        (SafeFileHandle news, SafeFileHandle newsEnd) = Descriptors.Pipe();
        _owned.Add(news);
        _owned.Add(newsEnd);
        Write(Descriptors.Number(newsEnd));

        // What is known to be missing already needs no thread.
        Require();
        _script.SetSpawn(_plan);
        nint thread = _script.Start();
        ExecutionGuard guard = new(Descriptors.Number(news), pid => ResourceLimits.Apply(pid, _confinement, _options));
        try
        {
            guard.Run(Done);
        }
        finally
        {
            LaunchScript.Join(thread);
        }

        Collect(guard);
        Require();
        if (_script.SpawnError == LaunchScript.NotTried)
        {
            return null;
        }

        return _script.SpawnError == 0
            ? (_script.ProcessId, new ConfinementReport([.. _results]))
            : throw new ChildStartException(_options.Executable, Spawner.Explain(_plan, _script.SpawnError), _script.SpawnError);
    }

    /// <summary>Writes the script.</summary>
    private void Write(int news)
    {
        if (Asks(ConfinementParts.NoNewPrivileges))
        {
            // Every filter and ruleset of who is not root needs it.
            Add(ConfinementParts.NoNewPrivileges, "no_new_privs", CallNumbers.Prctl, PR_SET_NO_NEW_PRIVS, 1);
        }

        if (Asks(ConfinementParts.NetworkNamespace))
        {
            Add(ConfinementParts.NetworkNamespace, "a network namespace with nothing in it; needs CAP_SYS_ADMIN", CallNumbers.Unshare, CLONE_NEWNET);
        }

        if (Asks(ConfinementParts.IpcNamespace))
        {
            Add(ConfinementParts.IpcNamespace, "an IPC namespace with nothing in it; needs CAP_SYS_ADMIN", CallNumbers.Unshare, CLONE_NEWIPC);
        }

        if (_confinement.Processes is not null && ProcessLimit.FindExemption(_confinement.DropCapabilities) is { } exemption)
        {
            Miss(ConfinementParts.Limits, $"{ResourceLimits.Describe(_confinement)}; {exemption}");
        }

        WriteRuleset();
        if (Asks(ConfinementParts.Capabilities))
        {
            // struct __user_cap_header_struct { version, pid = this thread }, and two empty records of three words.
            _memory[0] = CapabilityVersion3;
            Add(ConfinementParts.Capabilities, "none are left", CallNumbers.SetCapabilities, (nint)_memory, (nint)(_memory + 2));
        }

        WriteFilter(news);
        long* done = (long*)(_memory + 12);
        *done = Done;
        _script.AddLast(CallNumbers.Write, news, (nint)done, sizeof(long));
    }

    private void WriteRuleset()
    {
        if (!_confinement.NeedsRuleset)
        {
            return;
        }

        int version = LandlockRuleset.Version();
        if (version == 0)
        {
            Miss(ConfinementParts.Files | ConfinementParts.Ports | ConfinementParts.Scope, "this kernel has no Landlock (CONFIG_SECURITY_LANDLOCK, lsm=landlock)");
            return;
        }

        LandlockRuleset ruleset = new(_confinement, _plan.Executable, _options.Arguments, version);
        _owned.Add(ruleset);
        int step = _script.Add(
            Requires(ConfinementParts.Files | ConfinementParts.Ports | ConfinementParts.Scope), CallNumbers.LandlockRestrictSelf, ruleset.Descriptor);
        Judge(ConfinementParts.Files, 1, "Landlock");
        Judge(ConfinementParts.Ports, 4, "Landlock");
        Judge(ConfinementParts.Scope, 6, "Landlock");

        void Judge(ConfinementParts part, int needed, string how)
        {
            if (version < needed)
            {
                Miss(part, $"Landlock version {needed} is needed, this kernel has {version}");
            }
            else if (Asks(part))
            {
                _steps.Add((part, step, $"{how} version {version}"));
            }
        }
    }

    private void WriteFilter(int news)
    {
        const ConfinementParts Parts = ConfinementParts.SystemCalls | ConfinementParts.Processes;
        if (!Asks(Parts))
        {
            return;
        }

        if (!CallNumbers.IsKnown)
        {
            Miss(Parts, "filters are written for x64 and arm64 processors only");
            return;
        }

        bool asks = Asks(ConfinementParts.Processes);
        SeccompFilter filter = new(_confinement.DeniedCalls, asks);
        _owned.Add(filter);
        int step = _script.Add(
            asks || Requires(Parts), CallNumbers.Seccomp, SECCOMP_SET_MODE_FILTER, asks ? SECCOMP_FILTER_FLAG_NEW_LISTENER : 0, filter.Program);
        foreach (ConfinementParts part in new[] { ConfinementParts.Processes, ConfinementParts.SystemCalls }.Where(part => Asks(part)))
        {
            _steps.Add((part, step, "seccomp"));
        }

        if (asks)
        {
            // Without whoever answers, the start would wait for ever: it is told where to listen before.
            _script.Add(mustSucceed: true, CallNumbers.Write, news, (nint)_script.ResultOf(step), sizeof(long));
        }
    }

    private void Add(ConfinementParts part, string detail, nint number, nint a, nint b = 0) =>
        _steps.Add((part, _script.Add(Requires(part), number, a, b), detail));

    private void Miss(ConfinementParts parts, string why)
    {
        foreach (ConfinementParts part in Enum.GetValues<ConfinementParts>().Where(part => BitOperations.IsPow2((int)part)))
        {
            if ((parts & part) != 0 && Asks(part))
            {
                _results.Add(new ConfinementResult(part, false, why));
            }
        }
    }

    /// <summary>Adds what came of the steps.</summary>
    private void Collect(ExecutionGuard guard)
    {
        foreach ((ConfinementParts part, int step, string detail) in _steps)
        {
            int error = _script.ErrorOf(step);
            string what = error switch
            {
                0 => detail,
                LaunchScript.NotTried => "not tried",
                _ => $"{detail}: {Libc.Describe(error)}",
            };
            _results.Add(new ConfinementResult(part, error == 0, what));
        }

        if (Asks(ConfinementParts.Limits) && _script.SpawnError == 0)
        {
            string? failure = guard.Prepared ? guard.Failure : ResourceLimits.Apply(_script.ProcessId, _confinement, _options);
            if (failure is not null || !_results.Exists(static result => result.Part == ConfinementParts.Limits))
            {
                _results.Add(new ConfinementResult(ConfinementParts.Limits, failure is null, failure ?? ResourceLimits.Describe(_confinement)));
            }
        }
    }

    private void Require()
    {
        ConfinementReport report = new([.. _results]);
        if ((report.Missing & _confinement.Required) == 0)
        {
            return;
        }

        if (_script.SpawnError == 0 && _script.ProcessId != 0)
        {
            Spawner.End(_script.ProcessId);
        }

        throw new ConfinementException(_options.Executable, report);
    }
}
