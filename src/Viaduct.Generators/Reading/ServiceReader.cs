using Microsoft.CodeAnalysis;

namespace Viaduct.Generators;

/// <summary>Reads what is marked <c>[Service]</c>.</summary>
internal sealed class ServiceReader
{
    private readonly INamedTypeSymbol _service;
    private readonly Compilation _compilation;
    private readonly List<Finding> _findings = [];
    private readonly List<MethodModel> _methods = [];
    private readonly HashSet<string> _names = [];
    private readonly SortedSet<string> _services = new(StringComparer.Ordinal);

    private ServiceReader(INamedTypeSymbol service, Compilation compilation)
    {
        _service = service;
        _compilation = compilation;
    }

    /// <summary>Reads a service.</summary>
    internal static Result<ServiceModel> Read(INamedTypeSymbol service, Compilation compilation)
    {
        var reader = new ServiceReader(service, compilation);
        ServiceModel? model = reader.Read();
        return new Result<ServiceModel>(reader._findings.Count == 0 ? model : null, new EquatableArray<Finding>(reader._findings));
    }

    private ServiceModel? Read()
    {
        if (Access.Forbidden(_service) is { } forbidden)
        {
            Report(_service, Rules.Inaccessible, _service.Name, forbidden);
            return null;
        }

        if (_service.IsGenericType)
        {
            Report(_service, Rules.NoRemoteMember, _service.Name, "it is generic, so that its methods have no one form; write an interface for each type");
            return null;
        }

        foreach (INamedTypeSymbol type in _service.AllInterfaces.Reverse().Append(_service).Where(type => !IsOfTheProxy(type)))
        {
            foreach (ISymbol member in type.GetMembers())
            {
                Read(member);
            }
        }

        return new ServiceModel(
            Names.OfGenerated(_service, ""),
            Names.InCode(_service),
            Names.OnTheWire(_service, Names.Service),
            new EquatableArray<MethodModel>(_methods),
            new EquatableArray<string>(_services));
    }

    /// <summary>Whether every proxy has what the interface asks for.</summary>
    private bool IsOfTheProxy(INamedTypeSymbol type) =>
        _compilation.GetTypeByMetadataName("Viaduct.Rpc.ServiceProxy")?.AllInterfaces.Contains(type, SymbolEqualityComparer.Default) == true;

    private void Read(ISymbol member)
    {
        string name = $"{member.ContainingType.Name}.{member.Name}";
        switch (member)
        {
            case IPropertySymbol { IsAbstract: true }:
                Report(member, Rules.NoRemoteMember, name, "it is a property, which looks as if it cost nothing; make it a method");
                break;
            case IEventSymbol { IsAbstract: true }:
                Report(member, Rules.NoRemoteMember, name, "it is an event; take an interface marked [Service] as a parameter, and call that");
                break;
            case IMethodSymbol { IsStatic: true, IsAbstract: true }:
                Report(member, Rules.NoRemoteMember, name, "it is static, and there is no object to call; make it an ordinary method");
                break;
            case IMethodSymbol { MethodKind: MethodKind.Ordinary, IsAbstract: true, IsGenericMethod: true }:
                Report(member, Rules.NoRemoteMember, name, "it is generic, so that it has no one form; write a method for each type");
                break;
            case IMethodSymbol { MethodKind: MethodKind.Ordinary, IsAbstract: true } method:
                Read(method, name);
                break;
        }
    }

    private void Read(IMethodSymbol method, string name)
    {
        string wireName = Names.Attribute(method, Names.WireName)?.ConstructorArguments is { Length: 1 } arguments && arguments[0].Value is string given && given.Length > 0
            ? given : method.Name;
        (string task, ITypeSymbol? result) = Awaited(method.ReturnType);
        MethodModel model = new(
            method.Name,
            Names.InCode(method.ContainingType),
            wireName,
            Unique(method.Name),
            Names.InCode(method.ReturnType),
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
        if (model.IsOneWay && (model.HasAnswer || model.Result != ResultShape.None || model.Parameters.Any(static parameter => parameter.Shape == ParameterShape.Stream)))
        {
            Report(method, Rules.UnsupportedSignature, name, "it is one-way, so that nothing comes back and nothing follows; return void, Task or ValueTask, and take values only");
        }

        MethodModel? same = _methods.FirstOrDefault(other => other.Id == model.Id);
        if (same is not null)
        {
            Report(method, Rules.SameMethodName, same.Name, method.Name, wireName);
            return;
        }

        _methods.Add(model);
    }

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
            string declared = Prefix(parameter.RefKind) + Names.InCode(parameter.Type);
            if (parameter.Type.ToDisplayString() == "System.Threading.CancellationToken")
            {
                if (parameters.Any(static other => other.Shape == ParameterShape.Cancellation))
                {
                    Report(parameter, Rules.UnsupportedSignature, name, "it has two cancellation tokens, and a call one; leave one out");
                }

                parameters.Add(new ParameterModel(new FieldModel(0, parameter.Name, Placeholder), declared, ParameterShape.Cancellation, ""));
                continue;
            }

            position++;
            int id = Names.NumberOf(parameter) ?? position;
            if (id is < 1 or > 65534 || !used.Add(id))
            {
                Report(parameter, Rules.DuplicateId, $"{name}({parameter.Name})", $"{id}", used.Contains(id) ? "which another one has already" : "which is not from 1 to 65534");
            }

            if (Parameter(parameter, name, model, id, declared) is { } read)
            {
                parameters.Add(read);
            }
        }

        return parameters;
    }

    private ParameterModel? Parameter(IParameterSymbol parameter, string name, MethodModel model, int id, string declared)
    {
        ITypeSymbol type = parameter.Type;
        string what = $"parameter '{parameter.Name}'";
        bool isLate = model.IsAsync || model.Result == ResultShape.Stream;
        ParameterShape shape = type.OriginalDefinition.ToDisplayString() switch
        {
            "System.Span<T>" => ParameterShape.Span,
            "System.ReadOnlySpan<T>" => ParameterShape.ReadOnlySpan,
            "System.Memory<T>" => ParameterShape.Memory,
            _ => parameter.RefKind switch { RefKind.Ref => ParameterShape.Ref, RefKind.Out => ParameterShape.Out, _ => ParameterShape.Value },
        };
        if (parameter.RefKind is RefKind.Ref or RefKind.Out && (shape is not (ParameterShape.Ref or ParameterShape.Out) || isLate))
        {
            Report(parameter, Rules.UnsupportedSignature, name, isLate ? $"{what} is given back, and the method returns before that; return it in a tuple or a message" : $"{what} is memory by reference; leave {Prefix(parameter.RefKind).Trim()} out");
            return null;
        }

        if (shape is ParameterShape.Span or ParameterShape.ReadOnlySpan or ParameterShape.Memory)
        {
            if (((INamedTypeSymbol)type).TypeArguments[0].SpecialType != SpecialType.System_Byte)
            {
                Report(parameter, Rules.UnsupportedSignature, name, $"{what} is memory of something else than bytes; use bytes, or an array for what is only read");
                return null;
            }

            if (isLate && shape != ParameterShape.Memory)
            {
                Report(parameter, Rules.UnsupportedSignature, name, $"{what} may be on the stack, which the call outlives; use {(shape == ParameterShape.Span ? "Memory<byte>" : "ReadOnlyMemory<byte>")}");
                return null;
            }

            if (model.Result == ResultShape.Stream && shape == ParameterShape.Memory)
            {
                Report(parameter, Rules.UnsupportedSignature, name, $"{what} would be given back, and a stream has no answer but its items; use ReadOnlyMemory<byte>");
                return null;
            }

            return new ParameterModel(new FieldModel(id, parameter.Name, Placeholder), declared, shape, "");
        }

        if (IsService(type))
        {
            if (shape != ParameterShape.Value)
            {
                Report(parameter, Rules.UnsupportedSignature, name, $"{what} is a service by reference; return it instead");
                return null;
            }

            string inCode = Names.InCode(type.WithNullableAnnotation(NullableAnnotation.NotAnnotated));
            return new ParameterModel(new FieldModel(id, parameter.Name, Placeholder with { Name = inCode }), declared, ParameterShape.Service, ServiceName(type));
        }

        ITypeSymbol? items = ItemsOf(type);
        if (items is not null && shape != ParameterShape.Value)
        {
            Report(parameter, Rules.UnsupportedSignature, name, $"{what} is a stream by reference; return it instead");
            return null;
        }

        return Type(parameter, items ?? type) is { } read
            ? new ParameterModel(new FieldModel(id, parameter.Name, read), declared, items is null ? shape : ParameterShape.Stream, "")
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
        if (SymbolEqualityComparer.Default.Equals(service.ContainingAssembly, _service.ContainingAssembly))
        {
            _services.Add(Names.OfGenerated(service, "Contract"));
        }

        return Names.OnTheWire(service, Names.Service) + (type.NullableAnnotation == NullableAnnotation.NotAnnotated ? "" : "?");
    }

    private TypeModel? Type(ISymbol at, ITypeSymbol type)
    {
        TypeModel? model = new TypeReader(_service.ContainingAssembly, self: null).Read(type, out string reason);
        if (model is null)
        {
            Report(at, Rules.UnsupportedType, Names.ForPeople(type), reason);
        }

        return model;
    }

    /// <summary>A name that no other method has in generated code.</summary>
    private string Unique(string name)
    {
        string unique = name;
        for (int number = 2; !_names.Add(unique); number++)
        {
            unique = name + number;
        }

        return unique;
    }

    private static string Prefix(RefKind kind) => kind switch { RefKind.Ref => "ref ", RefKind.Out => "out ", RefKind.In => "in ", RefKind.RefReadOnlyParameter => "ref readonly ", _ => "" };

    private void Report(ISymbol symbol, string rule, params string[] arguments) => _findings.Add(Finding.At(symbol, _service, rule, arguments));
}
