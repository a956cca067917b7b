using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Viaduct.Analyzers.Flow;

/// <summary>Follows the paths of one function until no state changes any more.</summary>
internal sealed class GraphWalk(FlowAnalysis analysis, ControlFlowGraph graph, FunctionSummary summary)
{
    private readonly OperationWalk _operations = new(analysis, graph, summary);

    /// <summary>Follows all paths from the function's entry.</summary>
    internal void Run() => Follow(graph.Blocks[0], FlowState.Empty, within: null);

    /// <summary>Follows the paths from a block, within a finally region or the whole function.</summary>
    /// <returns>The state at the region's end; null if no path leads there.</returns>
    private FlowState? Follow(BasicBlock entry, FlowState state, ControlFlowRegion? within)
    {
        Paths paths = new(within);
        paths.Add(entry.Ordinal, state);
        while (paths.TryNext(out int ordinal, out FlowState at))
        {
            analysis.CancellationToken.ThrowIfCancellationRequested();
            FollowBlock(graph.Blocks[ordinal], at, paths);
        }

        return paths.End;
    }

    private void FollowBlock(BasicBlock block, FlowState state, Paths paths)
    {
        foreach (IOperation operation in block.Operations)
        {
            Throw(operation, state, block.EnclosingRegion, paths);
            state = _operations.Visit(operation, state);
        }

        if (block.BranchValue is not { } value)
        {
            FollowBranch(block.FallThroughSuccessor, null, state, paths);
            return;
        }

        Throw(value, state, block.EnclosingRegion, paths);
        state = _operations.Visit(value, state);
        if (block.ConditionKind == ControlFlowConditionKind.None)
        {
            FollowBranch(block.FallThroughSuccessor, value, state, paths);
            return;
        }

        bool conditional = block.ConditionKind == ControlFlowConditionKind.WhenTrue;
        FollowBranch(block.ConditionalSuccessor, null, OperationWalk.Decide(value, conditional, state), paths);
        FollowBranch(block.FallThroughSuccessor, null, OperationWalk.Decide(value, !conditional, state), paths);
    }

    private void FollowBranch(ControlFlowBranch? branch, IOperation? value, FlowState state, Paths paths)
    {
        if (branch is null)
        {
            return;
        }

        switch (branch.Semantics)
        {
            case ControlFlowBranchSemantics.StructuredExceptionHandling:
                paths.Finish(state);
                return;
            case ControlFlowBranchSemantics.Throw or ControlFlowBranchSemantics.Rethrow:
                Throw(state, branch.Source.EnclosingRegion, paths);
                return;
        }

        FlowState? after = state;
        foreach (ControlFlowRegion region in branch.FinallyRegions)
        {
            after = Follow(graph.Blocks[region.FirstBlockOrdinal], after, region);
            if (after is null)
            {
                return;
            }
        }

        if (branch.Semantics == ControlFlowBranchSemantics.Return && value is not null)
        {
            _operations.Leave(value, state, after);
        }

        foreach (ControlFlowRegion region in branch.LeavingRegions)
        {
            foreach (ILocalSymbol local in region.Locals)
            {
                after = after.Forget(local);
            }

            foreach (CaptureId capture in region.CaptureIds)
            {
                after = after.Forget(capture);
            }
        }

        if (branch.Destination is { } destination)
        {
            paths.Add(destination.Ordinal, after);
        }
    }

    /// <summary>Follows the path of an exception of an operation, which then has not had its effect.</summary>
    private void Throw(IOperation operation, FlowState state, ControlFlowRegion region, Paths paths)
    {
        if (region.Kind != ControlFlowRegionKind.Root && MayThrow(operation))
        {
            Throw(state, region, paths);
        }
    }

    private void Throw(FlowState state, ControlFlowRegion region, Paths paths)
    {
        // Around the root of a lambda or local function lie the regions that it is written in, whose blocks are another graph's: an exception
        // goes to the caller instead.
        for (ControlFlowRegion inner = region; inner.Kind != ControlFlowRegionKind.Root && inner != paths.Within; inner = inner.EnclosingRegion!)
        {
            if (inner.Kind != ControlFlowRegionKind.Try)
            {
                continue;
            }

            if (!paths.Throws(inner, ref state))
            {
                return;
            }

            ControlFlowRegion construct = inner.EnclosingRegion!;
            if (construct.Kind == ControlFlowRegionKind.TryAndFinally)
            {
                // The graph may have dropped a finally region in which nothing happens.
                if (construct.NestedRegions.FirstOrDefault(nested => nested.Kind == ControlFlowRegionKind.Finally) is not { } last)
                {
                    continue;
                }

                if (Follow(graph.Blocks[last.FirstBlockOrdinal], state, last) is not { } after)
                {
                    return;
                }

                state = after;
                continue;
            }

            foreach (ControlFlowRegion handler in construct.NestedRegions.Skip(1))
            {
                paths.Add(handler.FirstBlockOrdinal, state);
                if (handler.Kind == ControlFlowRegionKind.Catch && CatchesAll(handler.ExceptionType))
                {
                    return;
                }
            }
        }
    }

    private static bool CatchesAll(ITypeSymbol? type) =>
        type is null or { SpecialType: SpecialType.System_Object } or { Name: nameof(Exception), ContainingNamespace.Name: nameof(System) };

    private static bool MayThrow(IOperation operation) => operation.DescendantsAndSelf().Any(part => part
        is IInvocationOperation or IPropertyReferenceOperation or IObjectCreationOperation or IArrayElementReferenceOperation or IAwaitOperation
        or IThrowOperation or IDynamicInvocationOperation or IDynamicMemberReferenceOperation or IConversionOperation { IsImplicit: false });
}
