using Viaduct.Memory;
using Viaduct.Model.Running;

namespace Viaduct.Model.Scenarios;

/// <summary>
/// Two threads of one process that enter and leave a gate, which leans towards the first. The gate's fields are not behind the seam, since they
/// are on the shortest path of all; so this is <c>Links/Gate.cs</c> once more, line by line, in the explorer's terms: a change there is made here, too.
/// </summary>
internal sealed unsafe class GateScenario : Scenario
{
    private readonly int _entries;
    private readonly bool _leansAnew;
    private readonly bool _reuses;
    private readonly int _gate;

    /// <summary>Lays out the memory.</summary>
    /// <param name="entries">How often each thread enters.</param>
    /// <param name="leansAnew">After its first visit the gate leans towards the other thread, and so on; else towards nobody any more.</param>
    /// <param name="reuses">It does so by the object that it leant by before.</param>
    public GateScenario(int entries, bool leansAnew = false, bool reuses = false)
    {
        (_entries, _leansAnew, _reuses) = (entries, leansAnew, reuses);
        _gate = Layout.Add("gate", Layout.Everybody, sizeof(Fields), typeof(Fields));
    }

    /// <inheritdoc/>
    public override bool HasBarriers => true;

    /// <inheritdoc/>
    public override bool IsDefective => _reuses;

    /// <inheritdoc/>
    public override Course Start(int process, byte* memory)
    {
        Fields* gate = (Fields*)(memory + _gate);
        ulong thread = (ulong)process + 1;
        return new Course(() =>
        {
            for (int i = 0; i < _entries; i++)
            {
                Enter(gate, thread);

                // Two that are inside at once both write the same number.
                Shared.Release(&gate->Count, Shared.Acquire(&gate->Count) + 1);
                Exit(gate);
            }

            if (process != 0)
            {
                return;
            }

            Run.Rest();
            ulong count = Shared.Acquire(&gate->Count);
            if (count != 2UL * (ulong)_entries)
            {
                throw new ModelFailureException($"two were inside at once: {count} of {2 * _entries} entries are counted");
            }
        });
    }

    /// <inheritdoc/>
    public override string ToString() => $"two threads enter a gate {_entries} times each{(_leansAnew ? ", which leans anew" : "")}";

    /// <summary>At the start the gate leans towards thread 1: zeros are what nobody wrote, so owners are kept as what they differ from it by.</summary>
    private static ulong OwnerOf(Fields* gate, ulong lean, ulong value) => lean == 0 ? value ^ 1 : value;

    private static ulong* Owner(Fields* gate, ulong lean) => gate->Leans + (2 * lean);

    private static ulong* Inside(Fields* gate, ulong lean) => gate->Leans + (2 * lean) + 1;

    private static bool IsOwner(Fields* gate, ulong lean, ulong thread) => OwnerOf(gate, lean, Shared.Acquire(Owner(gate, lean))) == thread;

    private static bool IsStillOwner(Fields* gate, ulong lean, ulong thread) => OwnerOf(gate, lean, Shared.Acquire(Owner(gate, lean))) == thread;

    private static void SetOwner(Fields* gate, ulong lean, ulong thread) => Shared.Release(Owner(gate, lean), OwnerOf(gate, lean, thread));

    private void Enter(Fields* gate, ulong thread)
    {
        ulong lean = Shared.Acquire(&gate->Lean);
        if (IsOwner(gate, lean, thread))
        {
            Shared.Release(Inside(gate, lean), 1);
            if (IsStillOwner(gate, lean, thread))
            {
                return;
            }

            Shared.Release(Inside(gate, lean), 0);
        }

        EnterByLock(gate, thread);
    }

    private void Exit(Fields* gate)
    {
        if (Shared.Acquire(&gate->Locked) != 0)
        {
            Shared.Release(&gate->Locked, 0);
            Shared.Release(&gate->Lock, 0);
        }
        else
        {
            Shared.Release(Inside(gate, Shared.Acquire(&gate->Lean)), 0);
        }
    }

    private void EnterByLock(Fields* gate, ulong thread)
    {
        Site site = new("GateScenario", nameof(EnterByLock));
        Run.Current!.Await((byte*)&gate->Lock, takes: true, site);
        ulong lean = Shared.Acquire(&gate->Lean);
        if (!IsOwner(gate, lean, 0))
        {
            SetOwner(gate, lean, 0);
            Run.Current.Fence(StepKind.Barrier, site);
            Run.Current.Await((byte*)Inside(gate, lean), takes: false, site);
            if (_leansAnew && lean < 2)
            {
                ulong next = _reuses ? lean : lean + 1;
                SetOwner(gate, next, thread);
                Shared.Release(&gate->Lean, next);
            }
        }

        Shared.Release(&gate->Locked, 1);
    }

    /// <summary>The gate's fields, and three objects that it leans by.</summary>
    private struct Fields
    {
        public ulong Lock;
        public ulong Locked;
        public ulong Lean;
        public ulong Count;

        /// <summary>Of each the owner, and whether it is inside.</summary>
        public fixed ulong Leans[6];
    }
}
