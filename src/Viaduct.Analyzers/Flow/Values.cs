using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Viaduct.Analyzers.Flow;

/// <summary>Which values and variables operations stand for.</summary>
internal static class Values
{
    /// <summary>
    /// What an operation may yield: the values of a variable, or a new value. A view of a lease's, request's or loan's memory, a part
    /// of a view and a reference into it are the same value as what they belong to, since they end with it. Null is no value.
    /// </summary>
    internal static ImmutableHashSet<object> Of(IOperation operation, FlowState state, KnownMembers members, bool isReference = false)
    {
        operation = Unboxed(operation);
        if (operation is { ConstantValue: { HasValue: true, Value: null } } or IDefaultValueOperation)
        {
            return [];
        }

        if (VariableOf(operation) is { } variable)
        {
            // What is read through a reference, and holds none itself, is a copy.
            return !isReference && IsReference(operation) && operation.Type is { IsUnmanagedType: true } ? [operation] : state.ValuesOf(variable);
        }

        if (LambdaIn(operation) is { } lambda)
        {
            return [lambda];
        }

        if (operation is ISimpleAssignmentOperation assignment)
        {
            return Of(assignment.Value, state, members);
        }

        return OwnerOf(operation, members, isReference) is { } owner ? Of(owner, state, members) : [operation];
    }

    /// <summary>The local, parameter or captured value that an operation refers to, or declares; null for others.</summary>
    internal static object? VariableOf(IOperation operation) => operation switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IFlowCaptureReferenceOperation capture => capture.Id,
        IDeclarationExpressionOperation declaration => VariableOf(declaration.Expression),
        _ => null,
    };

    /// <summary>Whether writing to a variable writes to what it refers to instead.</summary>
    internal static bool IsReference(IOperation variable) => variable is ILocalReferenceOperation { Local.IsRef: true };

    /// <summary>The lambda that an operation makes a delegate of.</summary>
    internal static IFlowAnonymousFunctionOperation? LambdaIn(IOperation operation) => operation switch
    {
        IFlowAnonymousFunctionOperation lambda => lambda,
        IDelegateCreationOperation creation => LambdaIn(creation.Target),
        IConversionOperation conversion => LambdaIn(conversion.Operand),
        _ => null,
    };

    /// <summary>The call or variable whose truth an operation has, or the opposite of which; null for others.</summary>
    internal static object? DeciderOf(IOperation operation, out bool isSame)
    {
        isSame = true;
        while (true)
        {
            switch (operation)
            {
                case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not, OperatorMethod: null } not:
                    isSame = !isSame;
                    operation = not.Operand;
                    break;
                case IBinaryOperation
                {
                    OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals,
                    RightOperand.ConstantValue: { HasValue: true, Value: bool constant },
                } comparison:
                    isSame ^= constant != (comparison.OperatorKind == BinaryOperatorKind.Equals);
                    operation = comparison.LeftOperand;
                    break;
                case IIsPatternOperation { Pattern: IConstantPatternOperation { Value.ConstantValue: { HasValue: true, Value: bool constant } } } pattern:
                    isSame ^= !constant;
                    operation = pattern.Value;
                    break;
                case IInvocationOperation:
                    return operation;
                default:
                    return VariableOf(operation);
            }
        }
    }

    /// <summary>Whose memory an operation takes a view of or refers into.</summary>
    private static IOperation? OwnerOf(IOperation operation, KnownMembers members, bool isReference)
    {
        IOperation? owner = operation switch
        {
            IPropertyReferenceOperation property => property.Instance,
            IInvocationOperation { Instance: { } instance } => instance,
            IInvocationOperation { TargetMethod.IsExtensionMethod: true } call => call.Arguments.FirstOrDefault()?.Value,
            IImplicitIndexerReferenceOperation part => part.Instance,
            IObjectCreationOperation creation => creation.Arguments.FirstOrDefault()?.Value,
            IConversionOperation conversion => conversion.Operand,
            _ => null,
        };

        owner = owner is null ? null : Unboxed(owner);
        bool owns = owner is not null && (members.IsView(owner.Type) || members.HandleNoun(owner.Type) is not null);
        return owns && (isReference || members.IsView(operation.Type)) ? owner : null;
    }

    /// <summary>An operation without the conversions around it that keep the object as it is, or only box it.</summary>
    private static IOperation Unboxed(IOperation operation)
    {
        IOperation inner = KnownMembers.Unconverted(operation);
        return inner.Type is { IsUnmanagedType: true } && !SymbolEqualityComparer.Default.Equals(inner.Type, operation.Type) ? operation : inner;
    }
}
