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
    private readonly MethodReader _reader;

    private ServiceReader(INamedTypeSymbol service, Compilation compilation)
    {
        _service = service;
        _compilation = compilation;
        _reader = new MethodReader(service.ContainingAssembly, _services, Report);
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

    /// <summary>What a class may implement is the service's own, also where there is a body for classes that do not: a caller's would run in the caller. What is sealed, or not public, is the caller's own.</summary>
    private void Read(ISymbol member)
    {
        string name = $"{member.ContainingType.Name}.{member.Name}";
        if (member is not { IsAbstract: true } and not { IsVirtual: true, DeclaredAccessibility: Accessibility.Public })
        {
            return;
        }

        switch (member)
        {
            case IPropertySymbol:
                Report(member, Rules.NoRemoteMember, name, "it is a property, which looks as if it cost nothing; make it a method");
                break;
            case IEventSymbol:
                Report(member, Rules.NoRemoteMember, name, "it is an event; take an interface marked [Service] as a parameter, and call that");
                break;
            case IMethodSymbol { IsStatic: true }:
                Report(member, Rules.NoRemoteMember, name, "it is static, and there is no object to call; make it an ordinary method");
                break;
            case IMethodSymbol { MethodKind: MethodKind.Ordinary, IsGenericMethod: true }:
                Report(member, Rules.NoRemoteMember, name, "it is generic, so that it has no one form; write a method for each type");
                break;
            case IMethodSymbol { MethodKind: MethodKind.Ordinary } method:
                Read(method, name);
                break;
        }
    }

    private void Read(IMethodSymbol method, string name)
    {
        string wireName = Names.Attribute(method, Names.WireName)?.ConstructorArguments is { Length: 1 } arguments && arguments[0].Value is string given && given.Length > 0
            ? given : method.Name;
        MethodModel model = _reader.Read(method, name, new MethodNames(method.Name, Names.InCode(method.ContainingType), wireName, Unique(method.Name)));
        MethodModel? same = _methods.FirstOrDefault(other => other.Id == model.Id);
        if (same is not null)
        {
            Report(method, Rules.SameMethodName, same.Name, method.Name, wireName);
            return;
        }

        _methods.Add(model);
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

    private void Report(ISymbol symbol, string rule, params string[] arguments) => _findings.Add(Finding.At(symbol, _service, rule, arguments));
}
