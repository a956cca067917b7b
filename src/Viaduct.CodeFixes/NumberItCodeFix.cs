using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Viaduct.CodeFixes;

/// <summary>Gives what has the number of another, or none that may be (VIA1002), the one behind all others.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class NumberItCodeFix : NodeCodeFix
{
    private const int Most = 65534;

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["VIA1002"];

    /// <summary>None: two that are numbered at once would get the same number.</summary>
    public override FixAllProvider? GetFixAllProvider() => null;

    private protected override ValueTask<(string Title, SyntaxNode Before, SyntaxNode After)?> FixAsync(
        SyntaxNode at, SemanticModel model, Solution solution, CancellationToken cancellationToken)
    {
        SyntaxNode? declared = at.AncestorsAndSelf().FirstOrDefault(static node => node is ParameterSyntax or MemberDeclarationSyntax);
        ISymbol? symbol = declared switch
        {
            ParameterSyntax { Parent.Parent: RecordDeclarationSyntax record } member =>
                model.GetDeclaredSymbol(record, cancellationToken)?.GetMembers(member.Identifier.ValueText).FirstOrDefault(static one => one is IPropertySymbol),
            FieldDeclarationSyntax { Declaration.Variables: { Count: 1 } variables } => model.GetDeclaredSymbol(variables[0], cancellationToken),
            ParameterSyntax or PropertyDeclarationSyntax or TypeDeclarationSyntax => model.GetDeclaredSymbol(declared, cancellationToken),
            _ => null,
        };
        if (symbol is null)
        {
            return default;
        }

        AttributeData[] numbers = [.. symbol is INamedTypeSymbol ? NumbersOf(symbol, "UnionAttribute") : Siblings(symbol).SelectMany(static one => NumbersOf(one, "IdAttribute"))];
        int free = Math.Max(symbol is INamedTypeSymbol ? 0 : Siblings(symbol).Count(), numbers.Select(NumberOf).Where(static number => number <= Most).DefaultIfEmpty().Max()) + 1;
        AttributeData? own = symbol is INamedTypeSymbol
            ? numbers.Where((one, index) => NumberOf(one) is < 1 or > Most || numbers.Take(index).Any(before => NumberOf(before) == NumberOf(one))).FirstOrDefault()
            : NumbersOf(symbol, "IdAttribute").FirstOrDefault();
        (SyntaxNode Before, SyntaxNode After)? change = own is not null ? Renumbered(own, free, cancellationToken) : symbol is INamedTypeSymbol ? null : (declared!, Numbered(declared!, free));
        return free <= Most && change is var (before, after) ? new(($"Give it the number {free}", before, after)) : default;
    }

    private static (SyntaxNode Before, SyntaxNode After)? Renumbered(AttributeData own, int number, CancellationToken cancellationToken) =>
        own.ApplicationSyntaxReference?.GetSyntax(cancellationToken) is AttributeSyntax { ArgumentList.Arguments: { Count: > 0 } arguments }
            ? (arguments[0].Expression, SyntaxFactory.LiteralExpression(SyntaxKind.NumericLiteralExpression, SyntaxFactory.Literal(number)).WithTriviaFrom(arguments[0].Expression))
            : null;

    private static SyntaxNode Numbered(SyntaxNode declared, int number)
    {
        string attribute = $"Viaduct.Messages.Id({number})";
        if (declared is not ParameterSyntax parameter)
        {
            return WithAttribute((MemberDeclarationSyntax)declared, attribute);
        }

        AttributeListSyntax list = ListOf(attribute);
        if (parameter.Parent?.Parent is RecordDeclarationSyntax)
        {
            // It is the property's: that is the member.
            list = list.WithTarget(SyntaxFactory.AttributeTargetSpecifier(SyntaxFactory.Token(SyntaxKind.PropertyKeyword)));
        }

        return parameter.WithoutLeadingTrivia().WithAttributeLists(parameter.AttributeLists.Add(list)).WithLeadingTrivia(parameter.GetLeadingTrivia());
    }

    /// <summary>What has numbers beside it, itself included: no position is beyond their count.</summary>
    private static IEnumerable<ISymbol> Siblings(ISymbol symbol)
    {
        if (symbol is IParameterSymbol { ContainingSymbol: IMethodSymbol method })
        {
            return method.Parameters;
        }

        var members = new List<ISymbol>();
        for (INamedTypeSymbol? type = symbol.ContainingType; type is not null; type = type.BaseType)
        {
            members.AddRange(type.GetMembers().Where(static member => member is { IsStatic: false, IsImplicitlyDeclared: false } and (IPropertySymbol or IFieldSymbol)));
        }

        return members;
    }

    private static IEnumerable<AttributeData> NumbersOf(ISymbol symbol, string attribute) => symbol.GetAttributes().Where(one => one.AttributeClass?.Name == attribute);

    private static int NumberOf(AttributeData attribute) => attribute.ConstructorArguments.FirstOrDefault().Value as int? ?? 0;
}
