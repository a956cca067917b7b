using System.Runtime.InteropServices;
using Viaduct.Model.Running;

namespace Viaduct.Model.Exploring;

/// <content>Where processes get to, and what they find there.</content>
internal sealed unsafe partial class Explorer
{
    private Point After(int process, Point point, Input input)
    {
        if (!point.Next.TryGetValue(input, out Point? next))
        {
            next = Execute(process, point, input);
            point.Next.Add(input, next);
        }

        return next;
    }

    private Station After(int process, Station station, Input input)
    {
        Point point = After(process, station.Point, input);
        return station with
        {
            Point = point,
            Taken = 0,
            Sleeps = false,
            Executed = _scenario.HasBarriers ? station.Buffer.Length : 0,
            Knows = station.Knows || input.Kind == InputKind.Loss,
            KnowsMark = station.KnowsMark || input.Kind == InputKind.Mark,
        };
    }

    private Point Execute(int process, Point? previous, Input input)
    {
        Point point = Run.Execute(_scenario, _defect, process, _memory, previous, input, ++_executions);
        _isDefective |= point.IsDefective;
        return point;
    }

    /// <summary>Where a process gets to by a move.</summary>
    private int Next(int process, Stop stop, MoveKind kind, Input input = default)
    {
        if (!stop.TryGetNext(kind, input.Value, out int next))
        {
            Station station = stop.Station;
            next = Number(process, kind switch
            {
                MoveKind.Step => station with { Taken = station.Taken + 1 },
                MoveKind.Sleep => station with { Sleeps = true },
                MoveKind.Mark => station with { IsMarked = true },
                MoveKind.Kill => Killed(station),
                _ => After(process, station, input),
            });
            stop.AddNext(kind, input.Value, next);
        }

        return next;
    }

    /// <summary>
    /// What is in the buffer is lost. A killed process's executed stores do reach memory, but one that is in the buffer here may as well not have been executed:
    /// since each of the others leaves by a move, every prefix is looked at. The buffer is kept to notice a look at what it would have left.
    /// </summary>
    private Station Killed(Station station) => new()
    {
        Point = station.Point,
        Buffer = [.. station.Buffer.TakeWhile(step => !IsRaced(step))],
        Image = station.Image,
        IsMarked = station.IsMarked,
        IsDead = true,
    };

    /// <summary>What all find in a word but who has stores to it on their way.</summary>
    private ulong Look(in State state, int word)
    {
        int owner = _owners[word];
        ulong[] image = owner == Layout.Everybody ? _commons[state.Common] : _stops[state[owner]].Station.Image;
        int slot = _slots[word];
        return (uint)slot < (uint)image.Length ? image[slot] : 0;
    }

    private ulong[] Written(ulong[] image, in Step step)
    {
        if (step.Kind != StepKind.Store && step.Kind != StepKind.Add)
        {
            return image;
        }

        ref int slot = ref _slots[step.Word];
        if (slot < 0)
        {
            int owner = _owners[step.Word];
            slot = _slots.Where((slot, word) => slot >= 0 && _owners[word] == owner).Count();
        }

        ulong value = ((slot < image.Length ? image[slot] : 0) & ~step.Mask) | step.Value;
        if (slot < image.Length && image[slot] == value)
        {
            return image;
        }

        ulong[] written = new ulong[Math.Max(image.Length, slot + 1)];
        image.CopyTo(written, 0);
        written[slot] = value;
        return written;
    }

    /// <summary>Makes the moves that need no choice, and numbers the station that they lead to.</summary>
    private int Number(int process, Station station)
    {
        if (!station.IsDead)
        {
            station = Settle(process, station);
        }

        ref int number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, station, out bool exists);
        if (!exists)
        {
            number = _stops.Count;
            _stops.Add(new Stop(station));
        }

        return number;
    }

    private Station Settle(int process, Station station)
    {
        Point point = station.Point;
        int taken = station.Taken;
        int executed = station.Executed;
        ulong[] image = station.Image;
        List<Step> buffer = [.. station.Buffer];
        for (bool changed = true; changed;)
        {
            changed = false;
            while (buffer.Count > 0 && (buffer[0].Kind == StepKind.WriteFence || !_watched[buffer[0].Word]))
            {
                image = Written(image, buffer[0]);
                buffer.RemoveAt(0);
                executed = Math.Max(0, executed - 1);
            }

            if (taken < point.Steps.Length)
            {
                Step step = point.Steps[taken];
                changed = step.Kind switch
                {
                    StepKind.Store or StepKind.WriteFence => _ordering != Ordering.Sequential || !buffer.Exists(held => IsRaced(held)),
                    StepKind.Fence => buffer.Count == 0,
                    _ => false,
                };
                if (changed)
                {
                    taken++;
                    if (step.Kind != StepKind.Fence)
                    {
                        buffer.Add(step);
                    }
                }
            }
            else if (point.Need.Kind == NeedKind.Pause)
            {
                _pauses[process].TryAdd(point.Need.Key, point);
                point = After(process, _pauses[process][point.Need.Key], new Input(InputKind.Go, 0));
                taken = 0;
                changed = true;
            }
        }

        return station with { Point = point, Taken = taken, Buffer = [.. buffer], Image = image, Executed = executed };
    }

    private int CommonNumber(ulong[] words)
    {
        ref int number = ref CollectionsMarshal.GetValueRefOrAddDefault(_commonNumbers, words, out bool exists);
        if (!exists)
        {
            number = _commons.Count;
            _commons.Add(words);
        }

        return number;
    }
}
