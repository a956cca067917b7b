using Microsoft.CodeAnalysis;

namespace Viaduct.Generators;

/// <summary>Reads the methods of services.</summary>
/// <param name="assembly">The assembly that is being compiled.</param>
/// <param name="services">Gets what describes the services of this project that methods take or return.</param>
/// <param name="report">Told what can't be: the symbol, the rule, what the message names.</param>
/// <param name="form">Another type and kind for a parameter than its own, or null.</param>
internal sealed class MethodReader(
    IAssemblySymbol assembly, ISet<string> services, Action<ISymbol, string, string[]> report, Func<IParameterSymbol, (ITypeSymbol Type, RefKind Kind)>? form = null)
{
    /// <summary>Reads a method.</summary>
    /// <param name="method">The method.</param>
    /// <param name="name">What it is called in diagnostics.</param>
    /// <param name="names">What it is called in code and on the wire.</param>
    /// <param name="returned">Another type than its own for what it returns, or null.</param>
    internal MethodModel Read(IMethodSymbol method, string name, MethodNames names, ITypeSymbol? returned = null)
    {
        returned ??= method.ReturnType;
        (string task, ITypeSymbol? result) = Awaited(returned);
        MethodModel model = new(
            names.Name,
            names.Owner,
            names.OnTheWire,
            names.Unique,
            Names.InCode(returned),
            task,
            ResultShape.None,
            null,
            "",
            "",
            default,
            Names.Has(method, Names.OneWay),
            Names.Has(method, Names.Idempotent));
        if (result is not null)
        {
            model = WithResult(model, method, result);
        }

        model = model with { Parameters = new EquatableArray<ParameterModel>(Parameters(method, name, model)) };
        if (model.IsOneWay && (model.HasAnswer || model.Result != ResultShape.None || model.Parameters.Any(static parameter => parameter.Shape is ParameterShape.Stream or ParameterShape.Service)))
        {
            report(method, Rules.UnsupportedSignature, [name, "it is one-way, so that nothing comes back and nothing follows; return void, Task or ValueTask, and take values only"]);
        }

        return model;
    }

    /// <summary>Whether what a method gives back comes after it has returned.</summary>
    internal static bool IsLate(ITypeSymbol returned) => Awaited(returned).Task.Length > 0 || ItemsOf(returned) is not null;

    /// <summary>What comes before the type of a parameter.</summary>
    internal static string Prefix(RefKind kind) => kind switch { RefKind.Ref => "ref ", RefKind.Out => "out ", RefKind.In => "in ", RefKind.RefReadOnlyParameter => "ref readonly ", _ => "" };

    private MethodModel WithResult(MethodModel model, IMethodSymbol method, ITypeSymbol result)
    {
        if (IsService(result))
        {
            return model with { Result = ResultShape.Service, Service = ServiceName(result), ServiceType = Names.InCode(result.WithNullableAnnotation(NullableAnnotation.NotAnnotated)) };
        }

        ITypeSymbol? items = model.Task.Length == 0 ? ItemsOf(result) : null;
        return model with { Result = items is null ? ResultShape.Value : ResultShape.Stream, Type = Type(method, items ?? result) };
    }

    private List<ParameterModel> Parameters(IMethodSymbol method, string name, MethodModel model)
    {
        var parameters = new List<ParameterModel>();
        var used = new HashSet<int>();
        int position = 0;
        foreach (IParameterSymbol parameter in method.Parameters)
        {
            (ITypeSymbol type, RefKind kind) = form?.Invoke(parameter) ?? (parameter.Type, parameter.RefKind);
            string declared = Prefix(kind) + Names.InCode(type);
            if (parameter.Type.ToDisplayString() == "System.Threading.CancellationToken")
            {
                if (parameters.Any(static other => other.Shape == ParameterShape.Cancellation))
                {
                    report(parameter, Rules.UnsupportedSignature, [name, "it has two cancellation tokens, and a call one; leave one out"]);
                }

                parameters.Add(new ParameterModel(new FieldModel(0, parameter.Name, Placeholder), declared, ParameterShape.Cancellation, ""));
                continue;
            }

            position++;
            int id = Names.NumberOf(parameter) ?? position;
            if (id is < 1 or > 65534 || !used.Add(id))
            {
                report(parameter, Rules.DuplicateId, [$"{name}({parameter.Name})", $"{id}", used.Contains(id) ? "which another one has already" : "which is not from 1 to 65534"]);
            }

            if (Parameter(parameter, type, kind, name, model, id, declared) is { } read)
            {
                parameters.Add(read);
            }
        }

        return parameters;
    }

    private ParameterModel? Parameter(IParameterSymbol parameter, ITypeSymbol type, RefKind kind, string name, MethodModel model, int id, string declared)
    {
        string what = $"parameter '{parameter.Name}'";
        bool isLate = model.IsAsync || model.Result == ResultShape.Stream;
        ParameterShape shape = type.OriginalDefinition.ToDisplayString() switch
        {
            "System.Span<T>" => ParameterShape.Span,
            "System.ReadOnlySpan<T>" => ParameterShape.ReadOnlySpan,
            "System.Memory<T>" => ParameterShape.Memory,
            _ => kind switch { RefKind.Ref => ParameterShape.Ref, RefKind.Out => ParameterShape.Out, _ => ParameterShape.Value },
        };
        if (kind is RefKind.Ref or RefKind.Out && (shape is not (ParameterShape.Ref or ParameterShape.Out) || isLate))
        {
            report(parameter, Rules.UnsupportedSignature, [name, isLate ? $"{what} is given back, and the method returns before that; return it in a tuple or a message" : $"{what} is memory by reference; leave {Prefix(kind).Trim()} out"]);
            return null;
        }

        if (shape is ParameterShape.Span or ParameterShape.ReadOnlySpan or ParameterShape.Memory)
        {
            if (((INamedTypeSymbol)type).TypeArguments[0].SpecialType != SpecialType.System_Byte)
            {
                report(parameter, Rules.UnsupportedSignature, [name, $"{what} is memory of something else than bytes; use bytes, or an array for what is only read"]);
                return null;
            }

            if (isLate && shape != ParameterShape.Memory)
            {
                report(parameter, Rules.UnsupportedSignature, [name, $"{what} may be on the stack, which the call outlives; use {(shape == ParameterShape.Span ? "Memory<byte>" : "ReadOnlyMemory<byte>")}"]);
                return null;
            }

            if (model.Result == ResultShape.Stream && shape == ParameterShape.Memory)
            {
                report(parameter, Rules.UnsupportedSignature, [name, $"{what} would be given back, and a stream has no answer but its items; use ReadOnlyMemory<byte>"]);
                return null;
            }

            return new ParameterModel(new FieldModel(id, parameter.Name, Placeholder), declared, shape, "");
        }

        if (IsService(type))
        {
            if (shape != ParameterShape.Value)
            {
                report(parameter, Rules.UnsupportedSignature, [name, $"{what} is a service by reference; return it instead"]);
                return null;
            }

            string inCode = Names.InCode(type.WithNullableAnnotation(NullableAnnotation.NotAnnotated));
            return new ParameterModel(new FieldModel(id, parameter.Name, Placeholder with { Name = inCode }), declared, ParameterShape.Service, ServiceName(type));
        }

        ITypeSymbol? items = ItemsOf(type);
        if (items is not null && shape != ParameterShape.Value)
        {
            report(parameter, Rules.UnsupportedSignature, [name, $"{what} is a stream by reference; return it instead"]);
            return null;
        }

        return Type(parameter, items ?? type) is { } read
            ? new ParameterModel(Defaults.Field(parameter, id, parameter.Name, read), declared, items is null ? shape : ParameterShape.Stream, "")
            : null;
    }

    /// <summary>The type of a field whose form the shape of its parameter says.</summary>
    private static TypeModel Placeholder { get; } = new("", "", WireKinds.Bytes, Presence.Zero, IsReference: false);

    private static (string Task, ITypeSymbol? Result) Awaited(ITypeSymbol type) => type switch
    {
        { SpecialType: SpecialType.System_Void } => ("", null),
        INamedTypeSymbol { Name: "Task" or "ValueTask" } task when task.ContainingNamespace.ToDisplayString() == "System.Threading.Tasks" =>
            (task.Name, task.TypeArguments.FirstOrDefault()),
        _ => ("", type),
    };

    private static ITypeSymbol? ItemsOf(ITypeSymbol type) => type is INamedTypeSymbol { Name: "IAsyncEnumerable", TypeArguments.Length: 1 } items
        && items.ContainingNamespace.ToDisplayString() == "System.Collections.Generic" ? items.TypeArguments[0] : null;

    private static bool IsService(ITypeSymbol type) => type is INamedTypeSymbol { TypeKind: TypeKind.Interface } && Names.Has(type, Names.Service);

    private string ServiceName(ITypeSymbol type)
    {
        var service = (INamedTypeSymbol)type;
        if (SymbolEqualityComparer.Default.Equals(service.ContainingAssembly, assembly))
        {
            services.Add(Names.OfGenerated(service, "Contract"));
        }

        return Names.OnTheWire(service, Names.Service) + (type.NullableAnnotation == NullableAnnotation.NotAnnotated ? "" : "?");
    }

    private TypeModel? Type(ISymbol at, ITypeSymbol type)
    {
        TypeModel? model = new TypeReader(assembly, self: null).Read(type, out string reason);
        if (model is null)
        {
            report(at, Rules.UnsupportedType, [Names.ForPeople(type), reason]);
        }

        return model;
    }
}
