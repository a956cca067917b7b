using System.Runtime.InteropServices;
using Viaduct.Model.Running;

namespace Viaduct.Model.Exploring;

/// <summary>
/// Looks at every course that a scenario can take: each process executes its next access, or a store of its leaves its buffer, or it is
/// killed, in every order that there is. The search is breadth first, so that what it finds is found by the fewest moves.
/// </summary>
/// <remarks>
/// <para>Moves that nobody can tell apart are not taken one by one. A store enters its own buffer at once. A store to a word that nobody else
/// ever reads leaves it at once. A store to a word that is never read while that store is on its way leaves together with the next one to a word
/// that is (as the bytes of a message leave with the word that publishes it): in every course, leaving earlier would have been noticed by nobody.
/// Both assumptions are checked on the way; a read that refutes one starts the search anew without it.</para>
/// <para>A process between two operations is no more than its objects: histories that left the same objects are one from there on.</para>
/// </remarks>
internal sealed unsafe partial class Explorer
{
    private readonly Scenario _scenario;
    private readonly Ordering _ordering;
    private readonly Defect _defect;
    private readonly int _most;
    private readonly byte* _memory;
    private readonly Point[] _starts;

    /// <summary>Of each process, the first of the places that are the same, by what they are.</summary>
    private readonly Dictionary<string, Point>[] _pauses;

    /// <summary>Whether a process may be killed.</summary>
    private readonly bool[] _mortals;

    /// <summary>Of each word, who writes it.</summary>
    private readonly int[] _owners;

    /// <summary>Whether others than its writer look at a word.</summary>
    private readonly bool[] _watched;

    /// <summary>Whether others look at a word while a store to it is on its way.</summary>
    private readonly bool[] _raced;

    /// <summary>The place of each word that was written in its owner's image, or in the common one; -1 where it was not.</summary>
    private readonly int[] _slots;

    private readonly Dictionary<Station, int> _numbers = [];
    private readonly List<Stop> _stops = [];
    private readonly Dictionary<ulong[], int> _commonNumbers = new(new Words());
    private readonly List<ulong[]> _commons = [];
    private readonly StateSet _known = new();
    private readonly List<(State State, int From, Move Move)> _states = [];

    private int _executions;
    private long _moves;
    private bool _discovered;
    private bool _isDefective;
    private string? _failure;

    private Explorer(Scenario scenario, Ordering ordering, Defect defect, int most, byte* memory)
    {
        _scenario = scenario;
        _ordering = ordering;
        _defect = defect;
        _most = most;
        _memory = memory;
        _starts = new Point[scenario.Processes];
        _pauses = [.. _starts.Select(static _ => new Dictionary<string, Point>())];
        _mortals = [.. _starts.Select((_, process) => scenario.MayDie(process))];
        _owners = [.. Enumerable.Range(0, scenario.Layout.Words).Select(scenario.Layout.Owner)];
        _watched = [.. _owners.Select(static owner => owner == Layout.Everybody)];
        _raced = [.. _watched];
        _slots = [.. _owners.Select(static _ => -1)];
    }

    /// <summary>Explores.</summary>
    /// <param name="scenario">What happens.</param>
    /// <param name="ordering">When stores are seen.</param>
    /// <param name="defect">What is wrong; nothing if null.</param>
    /// <param name="most">Give up beyond so many states.</param>
    public static Outcome Explore(Scenario scenario, Ordering ordering, Defect? defect = null, int most = 4_000_000)
    {
        byte* memory = (byte*)NativeMemory.AlignedAlloc((nuint)(scenario.Layout.Words * sizeof(ulong)), 128);
        try
        {
            return new Explorer(scenario, ordering, defect ?? Defect.None, most, memory).Search();
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    private Outcome Search()
    {
        for (int process = 0; process < _starts.Length; process++)
        {
            _starts[process] = Execute(process, null, default);
        }

        do
        {
            Begin();
            for (int next = 0; next < _states.Count && !_discovered && _failure is null; next++)
            {
                if (_states.Count > _most)
                {
                    throw new InvalidOperationException($"{_scenario} has more than {_most} states.");
                }

                Expand(next);
            }
        }
        while (_discovered);
        return new Outcome(_states.Count, _moves, _executions, _isDefective || _scenario.IsDefective, _failure);
    }

    private void Begin()
    {
        _discovered = false;
        _failure = null;
        _moves = 0;
        _numbers.Clear();
        _stops.Clear();
        _commonNumbers.Clear();
        _commons.Clear();
        _known.Clear();
        _states.Clear();
        State state = new(0, 0, 0, CommonNumber([]));
        for (int process = 0; process < _starts.Length; process++)
        {
            state = state.With(process, Number(process, new Station { Point = _starts[process] }));
        }

        Reach(-1, default, state);
    }

    private void Expand(int index)
    {
        State state = _states[index].State;
        bool moves = false;
        for (int process = 0; process < _starts.Length && _failure is null && !_discovered; process++)
        {
            Stop stop = _stops[state[process]];
            if (!stop.Station.IsDead)
            {
                moves |= Drain(index, state, process, stop) | Act(index, state, process, stop) | Hear(index, state, process, stop);
            }
        }

        if (!moves && _failure is null && !_discovered && !SomebodyIsDying(state))
        {
            Stuck(index, state);
        }

        for (int process = 0; process < _starts.Length; process++)
        {
            if (_mortals[process])
            {
                Kill(index, state, process);
            }
        }
    }

    private void Stuck(int index, in State state)
    {
        List<string> waiting = [];
        for (int process = 0; process < _starts.Length; process++)
        {
            Station station = _stops[state[process]].Station;
            if (!station.IsDead && !station.IsDone)
            {
                waiting.Add($"process {process} {(station.Sleeps ? "sleeps" : $"waits ({station.Point.Need.Kind})")} for ever");
            }
        }

        if (waiting.Count > 0)
        {
            Fail(index, string.Join(" and ", waiting));
        }
    }

    /// <summary>Notes that a process is about to look at a word.</summary>
    private void Watch(in State state, int process, int word)
    {
        int owner = _owners[word];
        if (owner == process)
        {
            return;
        }

        if (!_watched[word])
        {
            _watched[word] = true;
            _discovered = true;
        }

        if (!_raced[word] && IsOnItsWay(_stops[state[owner]].Station.Buffer, word))
        {
            _raced[word] = true;
            _discovered = true;
        }
    }

    /// <summary>Whether a store to the word could have left by now.</summary>
    private bool IsOnItsWay(Step[] buffer, int word)
    {
        foreach (ref readonly Step step in buffer.AsSpan())
        {
            if (step.Kind == StepKind.Store && step.Word == word)
            {
                return true;
            }

            if (_ordering != Ordering.Weak && IsRaced(step))
            {
                return false;
            }
        }

        return false;
    }

    private bool IsRaced(in Step step) => step.Kind == StepKind.Store && _raced[step.Word];

    private bool OthersAreDone(in State state, int process)
    {
        for (int other = 0; other < _starts.Length; other++)
        {
            if (other != process && !_stops[state[other]].Station.IsDone)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether all that any process has executed is seen by all.</summary>
    private bool NothingIsOnItsWay(in State state)
    {
        bool nothing = true;
        for (int process = 0; process < _starts.Length; process++)
        {
            nothing &= _stops[state[process]].Station.Executed == 0;
        }

        return nothing;
    }

    private bool SomebodyIsMarked(in State state)
    {
        bool marked = false;
        for (int process = 0; process < _starts.Length; process++)
        {
            marked |= _stops[state[process]].Station.IsMarked;
        }

        return marked;
    }

    /// <summary>Whether somebody is marked and not dead yet, so that more will happen.</summary>
    private bool SomebodyIsDying(in State state) => SomebodyIsMarked(state) && !SomebodyIsDead(state);

    private bool SomebodyIsDead(in State state)
    {
        bool dead = false;
        for (int process = 0; process < _starts.Length; process++)
        {
            dead |= _stops[state[process]].Station.IsDead;
        }

        return dead;
    }

    private void Reach(int from, in Move move, in State state)
    {
        _moves++;
        if (_known.Add(state))
        {
            _states.Add((state, from, move));
        }
    }

    private void Fail(int index, string what)
    {
        List<string> trace = [];
        for (int at = index; _states[at].From >= 0; at = _states[at].From)
        {
            (State state, int from, Move move) = _states[at];
            trace.Add(move.Describe(_scenario.Layout, _stops[_states[from].State[move.Process]].Station));
        }

        trace.Reverse();
        _failure = $"{what}\n  {string.Join("\n  ", trace)}";
    }
}
