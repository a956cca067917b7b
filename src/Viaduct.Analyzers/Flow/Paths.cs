using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Viaduct.Analyzers.Flow;

/// <summary>The blocks that are still to be followed within a region, each with what may be at its start.</summary>
/// <param name="within">The finally region; null for the whole function.</param>
internal sealed class Paths(ControlFlowRegion? within)
{
    private readonly Dictionary<int, FlowState> _starts = [];
    private readonly Dictionary<ControlFlowRegion, FlowState> _thrown = [];

    /// <summary>In the order of the source, so that most states are complete before they are passed on.</summary>
    private readonly SortedSet<int> _waiting = [];

    /// <summary>The region whose paths these are; null for the whole function.</summary>
    internal ControlFlowRegion? Within => within;

    /// <summary>What may be at the region's end; null while no path has reached it.</summary>
    internal FlowState? End { get; private set; }

    /// <summary>Adds a path to a block, which is followed if it brings anything new.</summary>
    internal void Add(int block, FlowState state)
    {
        if (Grow(_starts, block, ref state))
        {
            _waiting.Add(block);
        }
    }

    /// <summary>A path has reached the region's end.</summary>
    internal void Finish(FlowState state) => End = state.Or(End);

    /// <summary>An exception leaves a try region.</summary>
    /// <param name="region">The region.</param>
    /// <param name="state">What may be when it is thrown; then, when any exception is.</param>
    /// <returns>Whether that is more than was known.</returns>
    internal bool Throws(ControlFlowRegion region, ref FlowState state) => Grow(_thrown, region, ref state);

    /// <summary>The next block to be followed.</summary>
    internal bool TryNext(out int block, out FlowState state)
    {
        block = _waiting.Count == 0 ? -1 : _waiting.Min;
        state = block < 0 ? FlowState.Empty : _starts[block];
        return _waiting.Remove(block);
    }

    private static bool Grow<TKey>(Dictionary<TKey, FlowState> states, TKey key, ref FlowState state)
        where TKey : notnull
    {
        bool isKnown = states.TryGetValue(key, out FlowState? before);
        state = state.Or(before);
        states[key] = state;
        return !isKnown || !state.IsSame(before!);
    }
}
