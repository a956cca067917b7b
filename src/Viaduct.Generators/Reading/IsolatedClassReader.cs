using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Viaduct.Generators;

/// <summary>Reads what is marked <c>[Isolated]</c>.</summary>
internal sealed class IsolatedClassReader
{
    private readonly INamedTypeSymbol _class;
    private readonly Compilation _compilation;
    private readonly List<Finding> _findings = [];
    private readonly HashSet<string> _names = [];
    private readonly SortedSet<string> _services = new(StringComparer.Ordinal);
    private readonly MethodReader _reader;

    /// <summary>The member that is being read.</summary>
    private string _member = "";

    private IsolatedClassReader(INamedTypeSymbol type, Compilation compilation)
    {
        _class = type;
        _compilation = compilation;
        _reader = new MethodReader(type.ContainingAssembly, _services, Refuse, Form);
    }

    /// <summary>Reads a class.</summary>
    internal static Result<IsolatedClassModel> Read(INamedTypeSymbol type, AttributeData attribute, Compilation compilation)
    {
        var reader = new IsolatedClassReader(type, compilation);
        IsolatedClassModel? model = reader.Read(attribute);
        return new Result<IsolatedClassModel>(
            reader._findings.All(static finding => finding.Rule == Rules.CallsOfOthers) ? model : null, new EquatableArray<Finding>(reader._findings));
    }

    private IsolatedClassModel? Read(AttributeData attribute)
    {
        if (Access.Forbidden(_class) is { } forbidden)
        {
            _findings.Add(Finding.At(_class, _class, Rules.Inaccessible, _class.Name, forbidden));
            return null;
        }

        if (_class.IsGenericType)
        {
            Refuse(_class, _class.Name, "it is generic, so that its methods have no one form; write a class for each type");
            return null;
        }

        bool isIdempotent = Options.Flag(attribute, "Idempotent");
        string prefix = Names.OfGenerated(_class, "");
        var methods = new List<IsolatedMethodModel>();
        foreach (ISymbol member in _class.GetMembers().Where(static member => IsCarried(member)))
        {
            _member = $"{_class.Name}.{member.Name}";
            if (member is IMethodSymbol method)
            {
                if (Read(method, $"global::Viaduct.Generated.{prefix}Service") is { } read)
                {
                    methods.Add(read with { Contract = read.Contract with { IsIdempotent = read.Contract.IsIdempotent || isIdempotent } });
                }
            }
            else
            {
                Refuse(member, _member, $"it is {Kind(member)}, and only calls of methods go there; make it private, or a method");
            }
        }

        if (methods.Count == 0 && _findings.Count == 0)
        {
            Refuse(_class, _class.Name, "it has no static method that others may call; make those internal or public that are to be carried out elsewhere");
        }

        if (_compilation.Options.OutputKind == OutputKind.DynamicallyLinkedLibrary && Access.IsPublic(_class) && _class.GetMembers().Any(static member => IsCarried(member) && member.DeclaredAccessibility == Accessibility.Public))
        {
            _findings.Add(Finding.At(_class, _class, Rules.CallsOfOthers, _class.Name));
        }

        return new IsolatedClassModel(
            Names.InCode(_class),
            Names.ForPeople(_class),
            _class.ContainingAssembly.Name,
            new EquatableArray<string>(Options.Of(attribute).Prepend($"Name = {Code.Literal(_class.Name)}")),
            new ServiceModel(
                prefix,
                $"global::Viaduct.Generated.{prefix}Service",
                Names.ForPeople(_class),
                new EquatableArray<MethodModel>(methods.Select(static method => method.Contract)),
                new EquatableArray<string>(_services)),
            new EquatableArray<IsolatedMethodModel>(methods));
    }

    /// <summary>Whether others reach a member, and it would be carried out elsewhere.</summary>
    private static bool IsCarried(ISymbol member) =>
        member.IsStatic && Access.IsInternal(member.DeclaredAccessibility) && !Names.Has(member, Names.InProcess) && member switch
        {
            IMethodSymbol method => method.MethodKind == MethodKind.Ordinary,
            IFieldSymbol field => !field.IsConst && !field.IsReadOnly && field.AssociatedSymbol is null,
            IPropertySymbol or IEventSymbol => true,
            _ => false,
        };

    private IsolatedMethodModel? Read(IMethodSymbol method, string owner)
    {
        if (method.IsGenericMethod)
        {
            Refuse(method, _member, "it is generic, so that it has no one form; write a method for each type");
            return null;
        }

        if (method.RefKind != RefKind.None)
        {
            Refuse(method, _member, "it returns a reference, and what that refers to is elsewhere; return a value");
            return null;
        }

        int before = _findings.Count;
        ITypeSymbol returned = Native(method.ReturnType) ?? method.ReturnType;
        string unique = Unique(method.Name);
        MethodModel contract = _reader.Read(method, _member, new MethodNames(unique, owner, unique, unique), returned);
        bool hasError = SetsError(method);
        if (hasError)
        {
            TypeModel number = new TypeReader(_class.ContainingAssembly, self: null).Read(_compilation.GetSpecialType(SpecialType.System_Int32), out _)!;
            var error = new ParameterModel(new FieldModel(contract.Parameters.Count + 1, IsolatedMethodModel.Error, number), "out int", ParameterShape.Out, "");
            contract = contract with { Parameters = new EquatableArray<ParameterModel>(contract.Parameters.Append(error)) };
        }

        return _findings.Count > before ? null : new IsolatedMethodModel(
            method.GetDocumentationCommentId() ?? "",
            method.Name,
            Names.InCode(method.ReturnType),
            !SymbolEqualityComparer.Default.Equals(returned, method.ReturnType),
            hasError,
            contract,
            new EquatableArray<IsolatedParameterModel>(method.Parameters.Select(Parameter)));
    }

    private IsolatedParameterModel Parameter(IParameterSymbol parameter)
    {
        string modifiers = parameter.Ordinal == 0 && ((IMethodSymbol)parameter.ContainingSymbol).IsExtensionMethod ? "this " : "";
        modifiers += parameter.ScopedKind == ScopedKind.None || parameter.RefKind == RefKind.Out ? "" : "scoped ";
        string prefix = parameter.RefKind switch { RefKind.Ref => "ref ", RefKind.Out => "out ", RefKind.In or RefKind.RefReadOnlyParameter => "in ", _ => "" };
        IsolatedForm form = Native(parameter.Type) is not null ? IsolatedForm.Native : ComesBack(parameter) ? IsolatedForm.Array : IsolatedForm.Same;
        return new IsolatedParameterModel(parameter.Name, parameter.Ordinal, Names.InCode(parameter.Type), modifiers + MethodReader.Prefix(parameter.RefKind), prefix, form);
    }

    /// <summary>What the service takes for a parameter.</summary>
    private (ITypeSymbol Type, RefKind Kind) Form(IParameterSymbol parameter)
    {
        var method = (IMethodSymbol)parameter.ContainingSymbol;
        bool isRead = Names.Has(parameter, Names.In) && !Names.Has(parameter, Names.Out);
        bool comesBack = ComesBack(parameter);
        string what = $"parameter '{parameter.Name}'";
        if (parameter.Type is INamedTypeSymbol { IsGenericType: true } list && !isRead && s_changeable.Contains(list.OriginalDefinition.ToDisplayString()))
        {
            Refuse(parameter, _member, $"what it adds to {what} would not reach the caller; mark it [In] if the method only reads it");
        }
        else if (comesBack && MethodReader.IsLate(method.ReturnType))
        {
            comesBack = false;
            Refuse(parameter, _member, $"{what} is an array, and could come back only with the result; mark it [In] if the method only reads it, or take Memory<byte>");
        }
        else if (parameter.RefKind != RefKind.None && IsImported(method)
            && parameter.Type.SpecialType is SpecialType.System_Byte or SpecialType.System_SByte or SpecialType.System_Char)
        {
            Refuse(parameter, _member, $"{what} may be the first of many, and nothing says of how many; take a Span<byte>");
        }

        ITypeSymbol type = Native(parameter.Type) ?? parameter.Type;
        return (type, comesBack ? RefKind.Ref : parameter.RefKind);
    }

    /// <summary>What an existing method may change, and would change in vain: it goes by value.</summary>
    private static readonly HashSet<string> s_changeable =
    [
        "System.Collections.Generic.List<T>",
        "System.Collections.Generic.IList<T>",
        "System.Collections.Generic.ICollection<T>",
        "System.Collections.Generic.HashSet<T>",
        "System.Collections.Generic.ISet<T>",
        "System.Collections.Generic.Dictionary<TKey, TValue>",
        "System.Collections.Generic.IDictionary<TKey, TValue>",
    ];

    /// <summary>Whether it is an array whose elements the method may change for its caller.</summary>
    private static bool ComesBack(IParameterSymbol parameter) =>
        parameter is { RefKind: RefKind.None, IsParams: false, Type: IArrayTypeSymbol } && (!Names.Has(parameter, Names.In) || Names.Has(parameter, Names.Out));

    /// <summary>What a native integer goes as; both ends are the same program.</summary>
    private ITypeSymbol? Native(ITypeSymbol type) => type.SpecialType switch
    {
        SpecialType.System_IntPtr => _compilation.GetSpecialType(SpecialType.System_Int64),
        SpecialType.System_UIntPtr => _compilation.GetSpecialType(SpecialType.System_UInt64),
        _ => null,
    };

    private static bool IsImported(IMethodSymbol method) => Names.Has(method, Names.LibraryImport) || method.GetDllImportData() is not null;

    /// <summary>Whether it leaves the system's last error for its caller.</summary>
    private static bool SetsError(IMethodSymbol method) =>
        method.GetDllImportData()?.SetLastError == true || (Names.Attribute(method, Names.LibraryImport) is { } import && Options.Flag(import, "SetLastError"));

    private static string Kind(ISymbol member) => member switch { IPropertySymbol => "a property", IEventSymbol => "an event", _ => "a field" };

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

    /// <summary>What the reader of methods found.</summary>
    private void Refuse(ISymbol symbol, string rule, string[] arguments) =>
        Refuse(symbol, _member, rule == Rules.UnsupportedType ? $"'{arguments[0]}' can't be sent: {arguments[1]}" : arguments[1]);

    private void Refuse(ISymbol symbol, string member, string reason) => _findings.Add(Finding.At(symbol, _class, Rules.NotIsolable, member, reason));

    /// <summary>What the attribute says.</summary>
    private static class Options
    {
        /// <summary>Whether an attribute has that property, and it is true.</summary>
        internal static bool Flag(AttributeData attribute, string name) => attribute.NamedArguments.Any(argument => argument.Key == name && argument.Value.Value is true);

        /// <summary>What it says, as initializers of options.</summary>
        internal static IEnumerable<string> Of(AttributeData attribute)
        {
            foreach (KeyValuePair<string, TypedConstant> argument in attribute.NamedArguments)
            {
                object? value = argument.Value.Value;
                string? option = (argument.Key, value) switch
                {
                    ("Instances" or "Standbys" or "Threads", int number) => $"{argument.Key} = {SymbolDisplay.FormatPrimitive(number, quoteStrings: false, useHexadecimalNumbers: false)}",
                    ("TimeoutMilliseconds", int time) when time != -1 => $"Timeout = TimeSpan.FromMilliseconds({SymbolDisplay.FormatPrimitive(time, quoteStrings: false, useHexadecimalNumbers: false)})",
                    ("MaxAttempts", int times) => $"Retry = new global::Viaduct.Rpc.RetryPolicy {{ MaxAttempts = {SymbolDisplay.FormatPrimitive(times, quoteStrings: false, useHexadecimalNumbers: false)}, Budget = 1_000_000 }}",
                    ("Confinement", 1) => "Confinement = global::Viaduct.Supervision.Confinement.Network",
                    ("Confinement", 2) => "Confinement = global::Viaduct.Supervision.Confinement.Strict",
                    _ => null,
                };
                if (option is not null)
                {
                    yield return option;
                }
            }
        }
    }
}
