using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Viaduct.Generators;

/// <summary>Reads what is marked <c>[Message]</c>.</summary>
internal sealed class MessageReader
{
    private const int MaxId = 65535;

    private readonly INamedTypeSymbol _type;
    private readonly TypeReader _types;
    private readonly List<Finding> _findings = [];

    private MessageReader(INamedTypeSymbol type)
    {
        _type = type;
        _types = new TypeReader(type.ContainingAssembly, type);
    }

    /// <summary>Reads a message or a union.</summary>
    internal static Result<MessageModel> Read(INamedTypeSymbol type)
    {
        var reader = new MessageReader(type);
        MessageModel? model = reader.Read();
        return new Result<MessageModel>(reader._findings.Count == 0 ? model : null, new EquatableArray<Finding>(reader._findings));
    }

    private MessageModel? Read()
    {
        if (Access.Forbidden(_type) is { } forbidden)
        {
            Report(_type, Rules.Inaccessible, _type.Name, forbidden);
            return null;
        }

        bool isUnion = _type.IsAbstract || _type.TypeKind == TypeKind.Interface || Names.Has(_type, Names.Union);
        List<MemberModel> members = isUnion ? [] : Members();
        List<CaseModel> cases = isUnion ? Cases() : [];
        return new MessageModel(
            Names.OfGenerated(_type, "Codec"),
            Names.InCode(_type),
            Names.OnTheWire(_type, Names.Message),
            new EquatableArray<string>(_type.TypeParameters.Select(static parameter => parameter.Name)),
            Constraints.Of(_type),
            Access.IsPublic(_type),
            _type.IsValueType,
            _type.IsSealed,
            new EquatableArray<MemberModel>(members.OrderBy(static member => member.Field.Id)),
            new EquatableArray<CaseModel>(cases.OrderBy(static one => one.Id)));
    }

    private List<CaseModel> Cases()
    {
        var cases = new List<CaseModel>();
        AttributeData[] attributes = [.. _type.GetAttributes().Where(static attribute => attribute.AttributeClass?.ToDisplayString() == Names.Union)];
        if (attributes.Length == 0)
        {
            Report(_type, Rules.WrongUnion, _type.Name, "it is abstract and lists no cases; add [Union(1, typeof(...))] for each");
        }
        else if (!_type.IsAbstract)
        {
            Report(_type, Rules.WrongUnion, _type.Name, "it lists cases and is not abstract, so that it could be one itself");
        }

        foreach (AttributeData attribute in attributes)
        {
            if (attribute.ConstructorArguments.Length != 2
                || attribute.ConstructorArguments[0].Value is not int id || attribute.ConstructorArguments[1].Value is not INamedTypeSymbol one)
            {
                continue;
            }

            if (one.IsAbstract || !Names.Has(one, Names.Message) || !DerivesFrom(one))
            {
                Report(_type, Rules.WrongUnion, _type.Name, $"its case {one.Name} must be a [Message] that isn't abstract and derives from it or implements it");
            }
            else if (Type(_type, one.WithNullableAnnotation(NullableAnnotation.NotAnnotated)) is { } type && IsFree(_type, one.Name, id, cases.Select(static other => other.Id)))
            {
                cases.Add(new CaseModel(id, type, Bases(one).Count()));
            }
        }

        return cases;
    }

    private bool DerivesFrom(INamedTypeSymbol type) =>
        Bases(type).Concat(type.AllInterfaces).Any(one => SymbolEqualityComparer.Default.Equals(one, _type));

    private List<MemberModel> Members()
    {
        List<ISymbol> candidates = Candidates();
        IMethodSymbol? constructor = Constructor(candidates);
        if (constructor is null && !_type.IsValueType)
        {
            Report(_type, Rules.NoConstructor, _type.Name);
            return [];
        }

        var members = new List<MemberModel>();
        int position = 0;
        foreach (ISymbol symbol in candidates)
        {
            int argument = constructor?.Parameters.FirstOrDefault(parameter => IsFor(parameter, symbol, candidates))?.Ordinal ?? -1;
            if (argument < 0 && !IsSettable(symbol))
            {
                if (Names.Has(symbol, Names.Id) || IsStored(symbol))
                {
                    Report(symbol, Rules.LostMember, $"{_type.Name}.{symbol.Name}");
                }

                continue;
            }

            position++;
            int id = Names.NumberOf(symbol) ?? position;
            if (Type(symbol, TypeOf(symbol)) is { } type && IsFree(symbol, $"{_type.Name}.{symbol.Name}", id, members.Select(static other => other.Field.Id)))
            {
                members.Add(Member(symbol, id, type, argument < 0 ? null : constructor!.Parameters[argument]));
            }
        }

        return members;
    }

    private MemberModel Member(ISymbol symbol, int id, TypeModel type, IParameterSymbol? parameter)
    {
        if (parameter is not null)
        {
            return new MemberModel(Defaults.Field(parameter, id, symbol.Name, type), parameter.Ordinal, KeepsInitial: false, "");
        }

        bool isInit = symbol is IPropertySymbol { SetMethod.IsInitOnly: true };
        bool keepsInitial = type.Presence == Presence.Required && HasInitializer(symbol) && !IsRequired(symbol)
            && !(isInit && _type.IsGenericType);
        return new MemberModel(new FieldModel(id, symbol.Name, type), -1, keepsInitial, keepsInitial && isInit ? Names.InCode(symbol.ContainingType) : "");
    }

    /// <summary>The public properties and fields, and others that have a number of their own, inherited ones first.</summary>
    private List<ISymbol> Candidates()
    {
        var candidates = new List<ISymbol>();
        foreach (INamedTypeSymbol type in Bases(_type).Reverse().Append(_type))
        {
            foreach (ISymbol symbol in type.GetMembers())
            {
                if (symbol.IsStatic || symbol.IsImplicitlyDeclared || symbol is not (IPropertySymbol { IsIndexer: false } or IFieldSymbol { IsConst: false })
                    || (symbol is IPropertySymbol { ExplicitInterfaceImplementations.Length: > 0 }))
                {
                    continue;
                }

                bool isNumbered = Names.Has(symbol, Names.Id);
                if (Names.Has(symbol, Names.Ignore) || (symbol.DeclaredAccessibility != Accessibility.Public && !isNumbered))
                {
                    continue;
                }

                if (!IsReadable(symbol))
                {
                    if (isNumbered)
                    {
                        Report(symbol, Rules.Inaccessible, $"{_type.Name}.{symbol.Name}", "make it, and its getter, internal or public");
                    }

                    continue;
                }

                // An override, or a member that hides another, takes the place of what it replaces.
                int replaced = candidates.FindIndex(other => other.Name == symbol.Name);
                if (replaced >= 0)
                {
                    candidates[replaced] = symbol;
                }
                else
                {
                    candidates.Add(symbol);
                }
            }
        }

        return candidates;
    }

    /// <summary>The constructor with the most parameters, all of which are members.</summary>
    private IMethodSymbol? Constructor(List<ISymbol> members) => _type.InstanceConstructors
        .Where(constructor => Access.IsInternal(constructor.DeclaredAccessibility) && constructor.Parameters.All(parameter => members.Any(member => Fits(parameter, member))))
        .OrderByDescending(static constructor => constructor.Parameters.Length)
        .FirstOrDefault();

    private static bool Fits(IParameterSymbol parameter, ISymbol member) =>
        parameter.RefKind is RefKind.None or RefKind.In
        && string.Equals(parameter.Name, member.Name, StringComparison.OrdinalIgnoreCase)
        && SymbolEqualityComparer.Default.Equals(parameter.Type, TypeOf(member));

    /// <summary>Whether a parameter is that member's: one of its very name comes before one whose name differs by case.</summary>
    private static bool IsFor(IParameterSymbol parameter, ISymbol member, List<ISymbol> members) =>
        Fits(parameter, member) && (parameter.Name == member.Name || !members.Exists(other => other.Name == parameter.Name && Fits(parameter, other)));

    private static ITypeSymbol TypeOf(ISymbol member) => member is IPropertySymbol property ? property.Type : ((IFieldSymbol)member).Type;

    private static bool IsReadable(ISymbol member) => Access.IsInternal(member.DeclaredAccessibility)
        && (member is not IPropertySymbol property || (property.GetMethod is { } getter && Access.IsInternal(getter.DeclaredAccessibility)));

    private static bool IsSettable(ISymbol member) => member switch
    {
        IPropertySymbol { SetMethod: { } setter } => Access.IsInternal(setter.DeclaredAccessibility),
        IFieldSymbol field => !field.IsReadOnly,
        _ => false,
    };

    /// <summary>Whether it has memory of its own: what is computed from other members is no loss.</summary>
    private static bool IsStored(ISymbol member) => member is IFieldSymbol
        || member.ContainingType.GetMembers().OfType<IFieldSymbol>().Any(field => SymbolEqualityComparer.Default.Equals(field.AssociatedSymbol, member));

    private static bool IsRequired(ISymbol member) => member is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true };

    private static bool HasInitializer(ISymbol member) => member.DeclaringSyntaxReferences.Any(static reference => reference.GetSyntax() switch
    {
        PropertyDeclarationSyntax property => property.Initializer is not null,
        VariableDeclaratorSyntax variable => variable.Initializer is not null,
        _ => false,
    });

    private TypeModel? Type(ISymbol at, ITypeSymbol type)
    {
        TypeModel? model = _types.Read(type, out string reason);
        if (model is null)
        {
            Report(at, Rules.UnsupportedType, Names.ForPeople(type), reason);
        }

        return model;
    }

    private bool IsFree(ISymbol at, string name, int id, IEnumerable<int> used)
    {
        string? problem = id is < 1 or > MaxId ? $"which is not from 1 to {MaxId}" : used.Contains(id) ? "which another one has already" : null;
        if (problem is not null)
        {
            Report(at, Rules.DuplicateId, name, $"{id}", problem);
        }

        return problem is null;
    }

    private static IEnumerable<INamedTypeSymbol> Bases(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? at = type.BaseType; at is not null && at.SpecialType is not (SpecialType.System_Object or SpecialType.System_ValueType); at = at.BaseType)
        {
            yield return at;
        }
    }

    private void Report(ISymbol symbol, string rule, params string[] arguments) => _findings.Add(Finding.At(symbol, _type, rule, arguments));
}
