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

    /// <summary>Words that others than their writer look at.</summary>
    private readonly HashSet<int> _watched = [];

    /// <summary>Words that others look at while a store to them is on its way.</summary>
    private readonly HashSet<int> _raced = [];

    /// <summary>The place of each word that was written in its owner's image, or in the common one.</summary>
    private readonly Dictionary<int, int> _slots = [];

    private readonly int[] _owners;

    private readonly Dictionary<Station, int> _numbers = [];
    private readonly List<Station> _stations = [];
    private readonly Dictionary<ulong[], int> _commonNumbers = new(new Words());
    private readonly List<ulong[]> _commons = [];
    private readonly Dictionary<State, int> _known = [];
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
        _owners = [.. Enumerable.Range(0, scenario.Layout.Words).Select(scenario.Layout.Owner)];
        foreach (int word in Enumerable.Range(0, _owners.Length).Where(word => _owners[word] == Layout.Everybody))
        {
            _watched.Add(word);
            _raced.Add(word);
        }
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
        _stations.Clear();
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
            Station station = _stations[state[process]];
            if (!station.IsDead)
            {
                moves |= Drain(index, state, process, station) | Act(index, state, process, station) | Hear(index, state, process, station);
            }
        }

        if (!moves && _failure is null && !_discovered && !SomebodyIsDying(state))
        {
            Stuck(index, state);
        }

        for (int process = 0; process < _starts.Length; process++)
        {
            Kill(index, state, process);
        }
    }

    /// <summary>Stores that leave the buffer.</summary>
    private bool Drain(int index, in State state, int process, Station station)
    {
        Step[] buffer = station.Buffer;
        bool raced = false;
        for (int entry = 0; entry < buffer.Length; entry++)
        {
            if (IsRaced(buffer[entry]))
            {
                // Whatever must be seen before it, and races with nobody, leaves with it.
                int first = _ordering != Ordering.Weak || buffer[entry].IsRelease
                    ? entry
                    : Array.FindLastIndex(buffer, entry, static step => step.Kind == StepKind.WriteFence) + 1;
                if (Array.FindIndex(buffer, 0, entry, step => IsRaced(step) && step.Word == buffer[entry].Word) < 0
                    && Array.FindIndex(buffer, 0, first, step => IsRaced(step)) < 0)
                {
                    int executed = station.Executed - Math.Min(first, station.Executed) - (entry < station.Executed ? 1 : 0);
                    Leave(index, state, process, station, [.. buffer.AsSpan(0, first), buffer[entry]], [.. buffer.AsSpan(first, entry - first), .. buffer.AsSpan(entry + 1)], executed);
                }

                raced = true;
            }
        }

        if (raced || buffer.Length == 0)
        {
            return raced;
        }

        if (station.Needs && station.Point.Need.Kind == NeedKind.Read && _ordering != Ordering.Sequential)
        {
            return false;
        }

        Leave(index, state, process, station, buffer, [], executed: 0);
        return true;
    }

    private void Leave(int index, in State state, int process, Station station, Step[] stores, Step[] rest, int executed)
    {
        ulong[] image = station.Image;
        State next = state;
        foreach (Step store in stores)
        {
            if (store.Kind != StepKind.Store)
            {
                continue;
            }

            if (_owners[store.Word] == Layout.Everybody)
            {
                next = next with { Common = CommonNumber(Written(_commons[next.Common], store)) };
            }
            else
            {
                image = Written(image, store);
            }
        }

        Reach(index, new Move(process, MoveKind.Drain, stores[^1].Word), next.With(process, Number(process, station with { Buffer = rest, Image = image, Executed = executed })));
    }

    /// <summary>The process's next access.</summary>
    private bool Act(int index, in State state, int process, Station station)
    {
        Need need = station.Point.Need;
        if (_ordering == Ordering.Sequential && station.Buffer.Length > 0)
        {
            return false;
        }

        if (!station.Needs)
        {
            return station.Buffer.Length == 0
                && (station.Point.Steps[station.Taken].Kind != StepKind.Barrier || NothingIsOnItsWay(state))
                && Take(index, state, process, station);
        }

        switch (need.Kind)
        {
            case NeedKind.Read:
                Watch(state, process, need.Word);
                Learn(index, state, process, station, new Input(InputKind.Value, Look(state, process, need.Word)), new Move(process, MoveKind.Read, need.Word));
                return true;

            case NeedKind.Wait when !station.Sleeps && station.Buffer.Length == 0:
                bool holds = true;
                foreach (SleepWord word in need.Words)
                {
                    Watch(state, process, word.Word);
                    holds &= (Look(state, process, word.Word) & word.Mask) == word.Expected;
                }

                if (holds)
                {
                    Reach(index, new Move(process, MoveKind.Sleep, 0), state.With(process, Number(process, station with { Sleeps = true })));
                }
                else
                {
                    Learn(index, state, process, station, new Input(InputKind.Awake, 0), new Move(process, MoveKind.Wake, 0));
                }

                return true;

            case NeedKind.Zero when Look(state, process, need.Word) == 0:
                Learn(index, state, process, station, new Input(InputKind.Go, 0), new Move(process, MoveKind.Read, need.Word));
                return true;

            case NeedKind.Lock when station.Buffer.Length == 0 && Look(state, process, need.Word) == 0:
                Step taking = new(StepKind.Store, need.Word, ulong.MaxValue, 1, IsRelease: true, need.Site);
                State taken = state with { Common = CommonNumber(Written(_commons[state.Common], taking)) };
                Learn(index, taken, process, station, new Input(InputKind.Go, 0), new Move(process, MoveKind.Read, need.Word));
                return true;

            case NeedKind.Rest when station.Knows || (OthersAreDone(state, process) && !SomebodyIsMarked(state)):
                Learn(index, state, process, station, new Input(InputKind.Value, station.Knows ? 1UL : 0), new Move(process, MoveKind.Rest, 0));
                return true;

            case NeedKind.Failed:
                Fail(index, need.Failure);
                return true;

            default:
                return false;
        }
    }

    /// <summary>A step that others see at once.</summary>
    private bool Take(int index, in State state, int process, Station station)
    {
        Step step = station.Point.Steps[station.Taken];
        State next = state.With(process, Number(process, station with { Taken = station.Taken + 1 }));
        if (step.Kind == StepKind.Add)
        {
            ulong word = Look(state, process, step.Word);
            ulong sum = (word & ~step.Mask) | ((word + step.Value) & step.Mask);
            next = next with { Common = CommonNumber(Written(_commons[state.Common], step with { Mask = ulong.MaxValue, Value = sum })) };
        }
        else if (step.Kind == StepKind.Wake)
        {
            for (int other = 0; other < _starts.Length; other++)
            {
                Station sleeper = _stations[state[other]];
                if (sleeper.Sleeps && Array.Exists(sleeper.Point.Need.Words, word => word.Word == step.Word && word.Mask == step.Mask))
                {
                    next = next.With(other, Number(other, After(other, sleeper, new Input(InputKind.Awake, 0))));
                }
            }
        }

        Reach(index, new Move(process, MoveKind.Step, step.Word), next);
        return true;
    }

    /// <summary>The news of a death, or of a mark.</summary>
    private bool Hear(int index, in State state, int process, Station station)
    {
        if (station.Knows || !station.Needs)
        {
            return false;
        }

        bool hears = false;
        if (station.Point.Need.TakesMark && !station.KnowsMark && SomebodyIsMarked(state))
        {
            Learn(index, state, process, station, new Input(InputKind.Mark, 0), new Move(process, MoveKind.HearMark, 0));
            hears = true;
        }

        if (station.Point.Need.TakesNews && SomebodyIsDead(state))
        {
            Learn(index, state, process, station, new Input(InputKind.Loss, 0), new Move(process, MoveKind.Hear, 0));
            hears = true;
        }

        return hears;
    }

    private void Kill(int index, in State state, int process)
    {
        Station station = _stations[state[process]];
        if (_failure is not null || _discovered || !_scenario.MayDie(process) || station.IsDead || SomebodyIsDead(state))
        {
            return;
        }

        if (!station.IsMarked && (station.IsDone || SomebodyIsMarked(state)))
        {
            return;
        }

        if (_scenario.MarksFirst && !station.IsMarked)
        {
            Reach(index, new Move(process, MoveKind.Mark, 0), state.With(process, Number(process, station with { IsMarked = true })));
            return;
        }

        // What is in the buffer is lost. A killed process's executed stores do reach memory, but one that is in the buffer here may as well not
        // have been executed: since each of the others leaves by a move, every prefix is looked at. The buffer is kept to notice a look at what it would have left.
        Reach(index, new Move(process, MoveKind.Kill, 0), state.With(process, Number(process, new Station
        {
            Point = station.Point,
            Buffer = [.. station.Buffer.TakeWhile(step => !IsRaced(step))],
            Image = station.Image,
            IsMarked = station.IsMarked,
            IsDead = true,
        })));
    }

    private void Stuck(int index, in State state)
    {
        List<string> waiting = [];
        for (int process = 0; process < _starts.Length; process++)
        {
            Station station = _stations[state[process]];
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

    private void Learn(int index, in State state, int process, Station station, Input input, Move move) =>
        Reach(index, move with { Value = input.Value }, state.With(process, Number(process, After(process, station, input))));

    /// <summary>Notes that a process is about to look at a word.</summary>
    private void Watch(in State state, int process, int word)
    {
        int owner = _owners[word];
        if (owner == process)
        {
            return;
        }

        _discovered |= _watched.Add(word);
        if (!_raced.Contains(word) && IsOnItsWay(_stations[state[owner]].Buffer, word))
        {
            _discovered |= _raced.Add(word);
        }
    }

    /// <summary>Whether a store to the word could have left by now.</summary>
    private bool IsOnItsWay(Step[] buffer, int word)
    {
        foreach (Step step in buffer)
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

    private bool IsRaced(in Step step) => step.Kind == StepKind.Store && _raced.Contains(step.Word);

    private bool OthersAreDone(in State state, int process)
    {
        for (int other = 0; other < _starts.Length; other++)
        {
            if (other != process && !_stations[state[other]].IsDone)
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
            nothing &= _stations[state[process]].Executed == 0;
        }

        return nothing;
    }

    private bool SomebodyIsMarked(in State state)
    {
        bool marked = false;
        for (int process = 0; process < _starts.Length; process++)
        {
            marked |= _stations[state[process]].IsMarked;
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
            dead |= _stations[state[process]].IsDead;
        }

        return dead;
    }

    private void Reach(int from, in Move move, in State state)
    {
        _moves++;
        if (_known.TryAdd(state, _states.Count))
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
            trace.Add(move.Describe(_scenario.Layout, _stations[_states[from].State[move.Process]]));
        }

        trace.Reverse();
        _failure = $"{what}\n  {string.Join("\n  ", trace)}";
    }
}
