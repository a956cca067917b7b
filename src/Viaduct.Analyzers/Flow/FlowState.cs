using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Viaduct.Analyzers.Flow;

/// <summary>
/// What may be at one point of a function: the values of its variables, and which of them were given away or ended. A value is named by the
/// operation that made it, or by the variable itself where it had it from the start, and has another name once it has ended: so where paths
/// meet, what ended on one of them is told from what another variable still holds on the other. Immutable.
/// </summary>
internal sealed class FlowState
{
    /// <summary>Nothing is known.</summary>
    internal static readonly FlowState Empty =
        new(ImmutableDictionary<object, ImmutableHashSet<object>>.Empty, ImmutableDictionary<object, Ending>.Empty);

    /// <summary>By variable; one that is missing has its first value.</summary>
    private readonly ImmutableDictionary<object, ImmutableHashSet<object>> _values;

    /// <summary>By ended value; each is held by some variable.</summary>
    private readonly ImmutableDictionary<object, Ending> _endings;

    private FlowState(ImmutableDictionary<object, ImmutableHashSet<object>> values, ImmutableDictionary<object, Ending> endings)
    {
        _values = values;
        _endings = endings;
    }

    /// <summary>What a variable may hold.</summary>
    internal ImmutableHashSet<object> ValuesOf(object variable) => _values.TryGetValue(variable, out ImmutableHashSet<object>? values) ? values : [variable];

    /// <summary>How a value that a variable holds was given away or ended; null if it was not.</summary>
    internal Ending? EndingOf(object value) => _endings.TryGetValue(value, out Ending? ending) ? ending : null;

    /// <summary>How a value that had not ended may have ended since; null if it has not.</summary>
    internal Ending? LaterEndingOf(object value) => EndingOf(new Ended(value));

    /// <summary>After a variable was given other values, those of other variables perhaps.</summary>
    internal FlowState Assign(object variable, ImmutableHashSet<object> values) =>
        new FlowState(_values.SetItem(variable, values), _endings).Drop(ValuesOf(variable));

    /// <summary>After the end of a variable's life.</summary>
    internal FlowState Forget(object variable) =>
        _values.TryGetValue(variable, out ImmutableHashSet<object>? values) ? new FlowState(_values.Remove(variable), _endings).Drop(values) : this;

    /// <summary>
    /// After an operation has made a new value. What it made when it ran before, in a loop, is an earlier value from now on: whoever
    /// holds that keeps it.
    /// </summary>
    internal FlowState Make(object value)
    {
        Earlier earlier = new(value);
        return Rename(value, earlier).Rename(new Ended(value), new Ended(earlier));
    }

    /// <summary>After a value was given away or ended.</summary>
    internal FlowState End(object value, Ending ending)
    {
        if (value is Ended)
        {
            return EndingOf(value) is { Conditions.IsEmpty: true } ? this : new FlowState(_values, _endings.SetItem(value, ending));
        }

        Ended ended = new(value);
        FlowState started = value is ISymbol && !_values.ContainsKey(value) ? new FlowState(_values.SetItem(value, [value]), _endings) : this;
        FlowState renamed = started.Rename(value, ended);
        return renamed == started ? this : new FlowState(renamed._values, _endings.SetItem(ended, EndingOf(ended)?.Or(ending) ?? ending));
    }

    /// <summary>After a decider was found to have a value.</summary>
    internal FlowState Decide(object decider, bool value, bool isVariable)
    {
        FlowState decided = this;
        foreach (KeyValuePair<object, Ending> ending in _endings)
        {
            if (ending.Value.Conditions.Contains(new Condition(decider, !value)))
            {
                decided = new FlowState(decided._values, decided._endings.Remove(ending.Key)).Rename(ending.Key, ((Ended)ending.Key).Value);
            }
            else if (!isVariable)
            {
                // A variable keeps its value and may be asked again; a call's result is gone.
                decided = new FlowState(decided._values, decided._endings.SetItem(ending.Key, Without(ending.Value, decider)));
            }
        }

        return decided;
    }

    /// <summary>After a decider got a new value, that of another decider perhaps.</summary>
    /// <param name="decider">The decider.</param>
    /// <param name="source">The decider whose value it got; null for an unknown one.</param>
    /// <param name="isSame">Whether it got that value or its opposite.</param>
    internal FlowState Redecide(object decider, object? source = null, bool isSame = true)
    {
        ImmutableDictionary<object, Ending> endings = _endings;
        foreach (KeyValuePair<object, Ending> ending in _endings)
        {
            Ending changed = Without(ending.Value, decider);
            foreach (Condition condition in ending.Value.Conditions)
            {
                if (condition.Decider.Equals(source))
                {
                    changed = changed with { Conditions = changed.Conditions.Add(new Condition(decider, condition.GivenWhen == isSame)) };
                }
            }

            endings = endings.SetItem(ending.Key, changed);
        }

        return new FlowState(_values, endings);
    }

    /// <summary>What may be where two paths meet.</summary>
    internal FlowState Or(FlowState? other)
    {
        if (other is null || ReferenceEquals(this, other))
        {
            return this;
        }

        ImmutableDictionary<object, ImmutableHashSet<object>> values = _values;
        foreach (object variable in _values.Keys.Concat(other._values.Keys))
        {
            values = values.SetItem(variable, ValuesOf(variable).Union(other.ValuesOf(variable)));
        }

        ImmutableDictionary<object, Ending> endings = _endings;
        foreach (KeyValuePair<object, Ending> ending in other._endings)
        {
            endings = endings.SetItem(ending.Key, EndingOf(ending.Key)?.Or(ending.Value) ?? ending.Value);
        }

        return new FlowState(values, endings);
    }

    /// <summary>Whether this says the same as another.</summary>
    internal bool IsSame(FlowState other) =>
        ReferenceEquals(this, other) ||
        (_values.Count == other._values.Count && _endings.Count == other._endings.Count &&
            _values.All(variable => other._values.TryGetValue(variable.Key, out ImmutableHashSet<object>? values) && values.SetEquals(variable.Value)) &&
            _endings.All(ending => other._endings.TryGetValue(ending.Key, out Ending? same) && same.Equals(ending.Value)));

    /// <summary>Gives a value another name in all variables.</summary>
    private FlowState Rename(object value, object name)
    {
        ImmutableDictionary<object, ImmutableHashSet<object>> values = _values;
        foreach (KeyValuePair<object, ImmutableHashSet<object>> variable in _values)
        {
            if (variable.Value.Contains(value))
            {
                values = values.SetItem(variable.Key, variable.Value.Remove(value).Add(name));
            }
        }

        if (values == _values)
        {
            return this;
        }

        return EndingOf(value) is { } ending
            ? new FlowState(values, _endings.Remove(value).SetItem(name, EndingOf(name)?.Or(ending) ?? ending))
            : new FlowState(values, _endings);
    }

    /// <summary>Drops the endings of values that no variable holds any more.</summary>
    private FlowState Drop(ImmutableHashSet<object> values)
    {
        ImmutableDictionary<object, Ending> endings = _endings;
        foreach (object value in values)
        {
            if (endings.ContainsKey(value) && !_values.Values.Any(held => held.Contains(value)))
            {
                endings = endings.Remove(value);
            }
        }

        return endings == _endings ? this : new FlowState(_values, endings);
    }

    private static Ending Without(Ending ending, object decider) => ending with
    {
        Conditions = ending.Conditions.Remove(new Condition(decider, true)).Remove(new Condition(decider, false)),
    };

    /// <summary>All that an operation made before it made its latest value.</summary>
    private sealed record Earlier(object Value);

    /// <summary>A value that was given away or ended.</summary>
    private sealed record Ended(object Value);
}
