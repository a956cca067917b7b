using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Viaduct.Analyzers.Flow;

/// <summary>What the operations of one function do to a state, in the order in which they run.</summary>
internal sealed class OperationWalk(FlowAnalysis analysis, ControlFlowGraph graph, FunctionSummary summary)
{
    /// <summary>Variables that are captured to be written to later, by capture.</summary>
    private readonly Dictionary<CaptureId, object> _targets = TargetsIn(graph);

    private FlowState _state = FlowState.Empty;

    /// <summary>The state after an operation.</summary>
    internal FlowState Visit(IOperation operation, FlowState state)
    {
        _state = state;
        Visit(operation);
        return _state;
    }

    /// <summary>The state where a condition has a value.</summary>
    internal static FlowState Decide(IOperation condition, bool value, FlowState state) =>
        Values.DeciderOf(condition, out bool isSame) is { } decider
            ? state.Decide(decider, value == isSame, isVariable: decider is not IOperation)
            : state;

    /// <summary>A value is returned; finally blocks run before its caller gets it.</summary>
    internal void Leave(IOperation value, FlowState before, FlowState after)
    {
        foreach (object source in Values.Of(value, before, analysis.Members))
        {
            if (before.EndingOf(source) is null && before.LaterEndingOf(source) is null && after.LaterEndingOf(source) is { } ending)
            {
                analysis.Report(value.Syntax, ending);
            }
        }
    }

    private void Visit(IOperation operation)
    {
        switch (operation)
        {
            case ISimpleAssignmentOperation assignment:
                VisitAssignment(assignment);
                break;
            case IFlowCaptureOperation capture:
                if (!_targets.ContainsKey(capture.Id))
                {
                    VisitUnlessLambda(capture.Value);
                }

                Assign(capture.Id, capture.Value);
                break;
            case IFlowCaptureReferenceOperation or INameOfOperation:
                // A captured value was used when it was captured; a name is no use.
                break;
            case ILocalReferenceOperation or IParameterReferenceOperation:
                Use(operation);
                break;
            case IInvocationOperation invocation:
                VisitInvocation(invocation);
                break;
            case IPropertyReferenceOperation { Instance: { } instance } property:
                VisitInstance(instance, analysis.Members.EffectOf(instance, property.Property.Name));
                VisitAll(property.Arguments);
                break;
            case IFlowAnonymousFunctionOperation lambda:
                Call(analysis.SummaryOf(lambda, graph), at: null);
                break;
            case IMethodReferenceOperation { Method.MethodKind: MethodKind.LocalFunction } reference:
                Call(analysis.SummaryOf(reference.Method.OriginalDefinition, graph), reference.Syntax);
                break;
            case IIsNullOperation { Operand: ILocalReferenceOperation or IParameterReferenceOperation }:
                break;
            case IIsPatternOperation pattern:
                VisitPattern(pattern);
                break;
            case IBinaryOperation { OperatorMethod: null } comparison when IsNull(comparison.LeftOperand) || IsNull(comparison.RightOperand):
                VisitUnlessVariable(comparison.LeftOperand);
                VisitUnlessVariable(comparison.RightOperand);
                break;
            case IDeconstructionAssignmentOperation deconstruction:
                Visit(deconstruction.Value);
                VisitTargets(deconstruction.Target);
                break;
            case ICompoundAssignmentOperation or IIncrementOrDecrementOperation:
                VisitAll(operation.ChildOperations);
                Remake(operation.ChildOperations.First(), operation);
                break;
            case IDeclarationExpressionOperation:
                break;
            default:
                VisitAll(operation.ChildOperations);
                break;
        }
    }

    private void VisitAll(IEnumerable<IOperation> operations)
    {
        foreach (IOperation operation in operations)
        {
            Visit(operation);
        }
    }

    private void VisitAssignment(ISimpleAssignmentOperation assignment)
    {
        if (TargetOf(assignment.Target) is { } variable && (assignment.IsRef || !Values.IsReference(assignment.Target)))
        {
            VisitUnlessLambda(assignment.Value);
            Assign(variable, assignment.Value, assignment.IsRef);
        }
        else
        {
            Visit(assignment.Target);
            Visit(assignment.Value);
        }
    }

    private void VisitInvocation(IInvocationOperation invocation)
    {
        Effect effect = EffectOf(invocation);
        if (invocation.Instance is { } instance)
        {
            VisitInstance(instance, effect);
        }

        foreach (IArgumentOperation argument in invocation.Arguments)
        {
            if (argument.Parameter?.RefKind != RefKind.Out || Values.VariableOf(argument.Value) is null)
            {
                Visit(argument.Value);
            }
        }

        _state = _state.Redecide(invocation);
        if (invocation.TargetMethod.MethodKind == MethodKind.LocalFunction)
        {
            Call(analysis.SummaryOf(invocation.TargetMethod.OriginalDefinition, graph), invocation.Syntax);
        }

        Apply(effect, invocation);
        foreach (IArgumentOperation argument in invocation.Arguments)
        {
            if (KnownMembers.ValueWithoutReturn(argument.Parameter) is { } value)
            {
                _state = Decide(argument.Value, !value, _state);
            }

            if (argument.Parameter?.RefKind is RefKind.Out or RefKind.Ref)
            {
                Remake(argument.Value, argument);
            }
        }
    }

    private Effect EffectOf(IInvocationOperation invocation) =>
        invocation.Instance is { } writer && analysis.Members.IsWriter(writer) && !Values.Of(writer, _state, analysis.Members).Any(analysis.Members.GivesAway)
            ? Effect.None
            : analysis.Members.EffectOf(invocation.Instance, invocation.TargetMethod.Name);

    private void VisitInstance(IOperation instance, Effect effect)
    {
        if (effect is not (Effect.Ends or Effect.Harmless) || Values.VariableOf(KnownMembers.Unconverted(instance)) is null)
        {
            Visit(instance);
        }
    }

    private void VisitPattern(IIsPatternOperation pattern)
    {
        if (pattern.Pattern is IConstantPatternOperation or INegatedPatternOperation { Pattern: IConstantPatternOperation })
        {
            VisitUnlessVariable(pattern.Value);
            return;
        }

        Visit(pattern.Value);
        foreach (IPatternOperation part in pattern.Pattern.DescendantsAndSelf().OfType<IPatternOperation>())
        {
            ISymbol? declared = part switch
            {
                IDeclarationPatternOperation declaration => declaration.DeclaredSymbol,
                IRecursivePatternOperation recursive => recursive.DeclaredSymbol,
                _ => null,
            };
            if (declared is not null)
            {
                Assign(declared, part == pattern.Pattern ? pattern.Value : part);
            }
        }
    }

    private void VisitTargets(IOperation target)
    {
        if (target is ITupleOperation tuple)
        {
            foreach (IOperation element in tuple.Elements)
            {
                VisitTargets(element);
            }
        }
        else if (target is IDeclarationExpressionOperation declaration)
        {
            VisitTargets(declaration.Expression);
        }
        else if (Values.VariableOf(target) is not null)
        {
            Remake(target, target);
        }
        else
        {
            Visit(target);
        }
    }

    /// <summary>A lambda that a variable gets runs when the variable is used.</summary>
    private void VisitUnlessLambda(IOperation value)
    {
        if (Values.LambdaIn(value) is { } lambda)
        {
            analysis.SummaryOf(lambda, graph);
        }
        else
        {
            Visit(value);
        }
    }

    /// <summary>Comparing a reference with null does not touch the object.</summary>
    private void VisitUnlessVariable(IOperation value)
    {
        if (Values.VariableOf(KnownMembers.Unconverted(value)) is null)
        {
            Visit(value);
        }
    }

    private void Use(IOperation reference)
    {
        object variable = Values.VariableOf(reference)!;
        foreach (object value in _state.ValuesOf(variable))
        {
            if (_state.EndingOf(value) is { } ending)
            {
                analysis.Report(reference.Syntax, ending);
            }

            summary.AddUse(value, reference.Syntax);
            if (value is IFlowAnonymousFunctionOperation lambda)
            {
                Call(analysis.SummaryOf(lambda, graph), reference.Syntax);
            }
        }
    }

    /// <summary>A lambda or local function runs, or may from now on.</summary>
    /// <param name="function">What it does.</param>
    /// <param name="at">Where it is called; null: uses are reported where they are in it.</param>
    private void Call(FunctionSummary function, SyntaxNode? at)
    {
        // Copies, since a function that calls itself adds to what it looks at.
        foreach (KeyValuePair<ISymbol, SyntaxNode> use in function.Uses.ToArray())
        {
            foreach (object value in _state.ValuesOf(use.Key))
            {
                if (_state.EndingOf(value) is { } ending)
                {
                    analysis.Report(at ?? use.Value, ending);
                }

                summary.AddUse(value, at ?? use.Value);
            }
        }

        foreach (KeyValuePair<ISymbol, Ending> ending in function.Endings.ToArray())
        {
            EndAll(_state.ValuesOf(ending.Key), ending.Value);
        }

        foreach (ISymbol assigned in function.Assigned.ToArray())
        {
            (FunctionSummary, ISymbol) value = (function, assigned);
            _state = _state.Make(value).Assign(assigned, [value]).Redecide(assigned);
            summary.AddAssigned(assigned);
        }
    }

    private void Apply(Effect effect, IInvocationOperation invocation)
    {
        switch (effect)
        {
            case Effect.GivesArgument or Effect.GivesArgumentIfTrue:
                if (invocation.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == 0) is { } message &&
                    KnownMembers.CanBeGivenAway(message.Parameter!.Type))
                {
                    End(message.Value, invocation, Rules.UsedAfterGivenAway, effect == Effect.GivesArgumentIfTrue);
                }

                break;
            case Effect.GivesItself or Effect.GivesItselfIfTrue:
                End(invocation.Instance!, invocation, Rules.UsedAfterGivenAway, effect == Effect.GivesItselfIfTrue);
                break;
            case Effect.Ends:
                End(invocation.Instance!, invocation, Rules.UsedAfterEnd, ifTrue: false);
                break;
        }
    }

    private void End(IOperation operation, IInvocationOperation invocation, DiagnosticDescriptor rule, bool ifTrue)
    {
        ImmutableHashSet<Condition> conditions = ifTrue ? [new Condition(invocation, GivenWhen: true)] : [];
        EndAll(
            Values.Of(operation, _state, analysis.Members),
            new Ending(rule, invocation.Syntax, invocation.TargetMethod.Name, conditions));
    }

    private void EndAll(ImmutableHashSet<object> values, Ending ending)
    {
        foreach (object value in values)
        {
            _state = _state.End(value, ending);
            summary.AddEnding(value, ending);
        }
    }

    private void Assign(object variable, IOperation value, bool isReference = false)
    {
        ImmutableHashSet<object> values = Values.Of(value, _state, analysis.Members, isReference);
        if (values.Count == 1 && values.Contains(KnownMembers.Unconverted(value)))
        {
            _state = _state.Make(KnownMembers.Unconverted(value));
        }

        _state = _state.Assign(variable, values);
        _state = Values.DeciderOf(value, out bool isSame) is { } decider ? _state.Redecide(variable, decider, isSame) : _state.Redecide(variable);
        summary.AddAssigned(variable);
    }

    /// <summary>A variable that an operation writes to gets a new value.</summary>
    private void Remake(IOperation target, IOperation maker)
    {
        if (TargetOf(target) is { } variable && !Values.IsReference(target))
        {
            _state = _state.Make(maker).Assign(variable, [maker]).Redecide(variable);
            summary.AddAssigned(variable);
        }
    }

    private object? TargetOf(IOperation target) =>
        target is IFlowCaptureReferenceOperation capture && _targets.TryGetValue(capture.Id, out object? variable) ? variable : Values.VariableOf(target);

    private static Dictionary<CaptureId, object> TargetsIn(ControlFlowGraph graph)
    {
        IOperation[] all = [.. graph.Blocks.SelectMany(block => block.Operations).SelectMany(operation => operation.DescendantsAndSelf())];
        HashSet<CaptureId> written =
        [
            .. all.Select(operation => operation switch
            {
                ISimpleAssignmentOperation assignment => assignment.Target,
                ICompoundAssignmentOperation assignment => assignment.Target,
                IArgumentOperation { Parameter.RefKind: RefKind.Out or RefKind.Ref } argument => argument.Value,
                _ => null,
            }).OfType<IFlowCaptureReferenceOperation>().Select(target => target.Id),
        ];
        Dictionary<CaptureId, object> targets = [];
        foreach (IFlowCaptureOperation capture in all.OfType<IFlowCaptureOperation>())
        {
            if (written.Contains(capture.Id) && !Values.IsReference(capture.Value) && Values.VariableOf(capture.Value) is { } variable)
            {
                targets[capture.Id] = variable;
            }
        }

        return targets;
    }

    private static bool IsNull(IOperation operation) => KnownMembers.Unconverted(operation) is { ConstantValue: { HasValue: true, Value: null } };
}
