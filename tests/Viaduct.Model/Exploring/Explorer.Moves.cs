using Viaduct.Model.Running;

namespace Viaduct.Model.Exploring;

/// <content>The moves that there are in a state.</content>
internal sealed unsafe partial class Explorer
{
    /// <summary>Stores that leave the buffer.</summary>
    private bool Drain(int index, in State state, int process, Stop stop)
    {
        if (stop.Buffered == 0)
        {
            return false;
        }

        foreach (ref readonly Exit exit in (stop.Exits ??= FindExits(process, stop.Station)).AsSpan())
        {
            State next = state.With(process, exit.Next);
            if (exit.Commons.Length > 0)
            {
                ulong[] words = _commons[state.Common];
                foreach (ref readonly Step store in exit.Commons.AsSpan())
                {
                    words = Written(words, store);
                }

                next = next with { Common = CommonNumber(words) };
            }

            Reach(index, new Move(process, MoveKind.Drain, exit.Word), next);
        }

        return stop.Exits.Length > 0;
    }

    private Exit[] FindExits(int process, Station station)
    {
        Step[] buffer = station.Buffer;
        List<Exit> exits = [];
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
                    exits.Add(Leave(process, station, [.. buffer.AsSpan(0, first), buffer[entry]], [.. buffer.AsSpan(first, entry - first), .. buffer.AsSpan(entry + 1)], executed));
                }
            }
        }

        if (exits.Count == 0 && !(station.Needs && station.Point.Need.Kind == NeedKind.Read && _ordering != Ordering.Sequential))
        {
            exits.Add(Leave(process, station, buffer, [], executed: 0));
        }

        return [.. exits];
    }

    private Exit Leave(int process, Station station, Step[] stores, Step[] rest, int executed)
    {
        ulong[] image = station.Image;
        List<Step> commons = [];
        foreach (Step store in stores)
        {
            if (store.Kind != StepKind.Store)
            {
                continue;
            }

            if (_owners[store.Word] == Layout.Everybody)
            {
                commons.Add(store);
            }
            else
            {
                image = Written(image, store);
            }
        }

        return new Exit(stores[^1].Word, Number(process, station with { Buffer = rest, Image = image, Executed = executed }), [.. commons]);
    }

    /// <summary>The process's next access.</summary>
    private bool Act(int index, in State state, int process, Stop stop)
    {
        Need need = stop.Need;
        if (_ordering == Ordering.Sequential && stop.Buffered > 0)
        {
            return false;
        }

        if (!stop.Needs)
        {
            return stop.Buffered == 0
                && (stop.Station.Point.Steps[stop.Station.Taken].Kind != StepKind.Barrier || NothingIsOnItsWay(state))
                && Take(index, state, process, stop);
        }

        switch (need.Kind)
        {
            case NeedKind.Read:
                Watch(state, process, need.Word);
                Learn(index, state, process, stop, new Input(InputKind.Value, stop.Find(Look(state, need.Word))), new Move(process, MoveKind.Read, need.Word));
                return true;

            case NeedKind.Wait when !stop.Station.Sleeps && stop.Buffered == 0:
                bool holds = true;
                foreach (SleepWord word in need.Words)
                {
                    Watch(state, process, word.Word);
                    holds &= (Look(state, word.Word) & word.Mask) == word.Expected;
                }

                if (holds)
                {
                    Reach(index, new Move(process, MoveKind.Sleep, 0), state.With(process, Next(process, stop, MoveKind.Sleep)));
                }
                else
                {
                    Learn(index, state, process, stop, new Input(InputKind.Awake, 0), new Move(process, MoveKind.Wake, 0));
                }

                return true;

            case NeedKind.Zero when stop.Find(Look(state, need.Word)) == 0:
                Learn(index, state, process, stop, new Input(InputKind.Go, 0), new Move(process, MoveKind.Read, need.Word));
                return true;

            case NeedKind.Lock when stop.Buffered == 0 && Look(state, need.Word) == 0:
                Step taking = new(StepKind.Store, need.Word, ulong.MaxValue, 1, IsRelease: true, need.Site);
                State taken = state with { Common = CommonNumber(Written(_commons[state.Common], taking)) };
                Learn(index, taken, process, stop, new Input(InputKind.Go, 0), new Move(process, MoveKind.Read, need.Word));
                return true;

            case NeedKind.Rest when stop.Station.Knows || (OthersAreDone(state, process) && !SomebodyIsMarked(state)):
                Learn(index, state, process, stop, new Input(InputKind.Value, stop.Station.Knows ? 1UL : 0), new Move(process, MoveKind.Rest, 0));
                return true;

            case NeedKind.Failed:
                Fail(index, need.Failure);
                return true;

            default:
                return false;
        }
    }

    /// <summary>A step that others see at once; the process's own buffer is empty.</summary>
    private bool Take(int index, in State state, int process, Stop stop)
    {
        Step step = stop.Station.Point.Steps[stop.Station.Taken];
        State next = state.With(process, Next(process, stop, MoveKind.Step));
        if (step.Kind == StepKind.Add)
        {
            ulong word = Look(state, step.Word);
            ulong sum = (word & ~step.Mask) | ((word + step.Value) & step.Mask);
            next = next with { Common = CommonNumber(Written(_commons[state.Common], step with { Mask = ulong.MaxValue, Value = sum })) };
        }
        else if (step.Kind == StepKind.Wake)
        {
            for (int other = 0; other < _starts.Length; other++)
            {
                Stop sleeper = _stops[state[other]];
                if (sleeper.Station.Sleeps && Array.Exists(sleeper.Need.Words, word => word.Word == step.Word && word.Mask == step.Mask))
                {
                    next = next.With(other, Next(other, sleeper, MoveKind.Wake, new Input(InputKind.Awake, 0)));
                }
            }
        }

        Reach(index, new Move(process, MoveKind.Step, step.Word), next);
        return true;
    }

    /// <summary>The news of a death, or of a mark.</summary>
    private bool Hear(int index, in State state, int process, Stop stop)
    {
        if (!stop.Needs || stop.Station.Knows)
        {
            return false;
        }

        bool hears = false;
        if (stop.Need.TakesMark && !stop.Station.KnowsMark && SomebodyIsMarked(state))
        {
            Learn(index, state, process, stop, new Input(InputKind.Mark, 0), new Move(process, MoveKind.HearMark, 0));
            hears = true;
        }

        if (stop.Need.TakesNews && SomebodyIsDead(state))
        {
            Learn(index, state, process, stop, new Input(InputKind.Loss, 0), new Move(process, MoveKind.Hear, 0));
            hears = true;
        }

        return hears;
    }

    private void Kill(int index, in State state, int process)
    {
        Stop stop = _stops[state[process]];
        Station station = stop.Station;
        if (_failure is not null || _discovered || station.IsDead || SomebodyIsDead(state))
        {
            return;
        }

        if (!station.IsMarked && (station.IsDone || SomebodyIsMarked(state)))
        {
            return;
        }

        MoveKind kind = _scenario.MarksFirst && !station.IsMarked ? MoveKind.Mark : MoveKind.Kill;
        Reach(index, new Move(process, kind, 0), state.With(process, Next(process, stop, kind)));
    }

    private void Learn(int index, in State state, int process, Stop stop, Input input, in Move move) =>
        Reach(index, move with { Value = input.Value }, state.With(process, Next(process, stop, move.Kind, input)));
}
