using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Viaduct.Generators;

/// <summary>A diagnostic, without what would keep a compilation alive.</summary>
/// <param name="Rule">The rule's id.</param>
/// <param name="Path">The file.</param>
/// <param name="Span">Where in the file.</param>
/// <param name="Lines">The same in lines.</param>
/// <param name="Arguments">What the message names.</param>
internal sealed record Finding(string Rule, string Path, TextSpan Span, LinePositionSpan Lines, EquatableArray<string> Arguments)
{
    /// <summary>A finding at a symbol, or at what declares it in this compilation.</summary>
    public static Finding At(ISymbol symbol, ISymbol owner, string rule, params string[] arguments)
    {
        Location location = symbol.Locations.FirstOrDefault(static place => place.IsInSource)
            ?? owner.Locations.FirstOrDefault(static place => place.IsInSource) ?? Location.None;
        return new Finding(rule, location.SourceTree?.FilePath ?? "", location.SourceSpan, location.GetLineSpan().Span, new EquatableArray<string>(arguments));
    }

    /// <summary>The diagnostic for the compiler.</summary>
    public Diagnostic ToDiagnostic() => Diagnostic.Create(Rules.Of(Rule), Location.Create(Path, Span, Lines), [.. Arguments]);
}
