using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Viaduct.Generators;

/// <summary>Finds the calls of isolated methods in a project, and the uses that can't be redirected.</summary>
internal static class IsolatedCallReader
{
    /// <summary>All of them; no code is looked at where nothing is isolated.</summary>
    internal static IsolatedCalls Read(EquatableArray<IsolatedTarget> targets, Compilation compilation, CancellationToken token)
    {
        var calls = new List<IsolatedCall>();
        var findings = new List<Finding>();
        if (targets.Count > 0)
        {
            Dictionary<string, IsolatedTarget> byKey = targets.ToDictionary(static target => target.Method.Key, StringComparer.Ordinal);
            HashSet<string> names = [.. targets.Select(static target => target.Method.Name)];
            foreach (SyntaxTree tree in compilation.SyntaxTrees)
            {
                SemanticModel? model = null;
                foreach (SimpleNameSyntax name in tree.GetRoot(token).DescendantNodes().OfType<SimpleNameSyntax>().Where(name => names.Contains(name.Identifier.ValueText)))
                {
                    Read(name, model ??= compilation.GetSemanticModel(tree), byKey, calls, findings, token);
                }
            }
        }

        return new IsolatedCalls(new EquatableArray<IsolatedCall>(calls), new EquatableArray<Finding>(findings));
    }

    private static void Read(
        SimpleNameSyntax name, SemanticModel model, Dictionary<string, IsolatedTarget> targets, List<IsolatedCall> calls, List<Finding> findings, CancellationToken token)
    {
        SyntaxNode use = name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access
            : name.Parent is MemberBindingExpressionSyntax binding ? binding : name;
        if (model.GetSymbolInfo(name, token).Symbol is not IMethodSymbol found)
        {
            return;
        }

        IMethodSymbol method = found.ReducedFrom ?? found;
        if (method.GetDocumentationCommentId() is not { } key || !targets.TryGetValue(key, out IsolatedTarget? target))
        {
            return;
        }

        if (use.Parent is InvocationExpressionSyntax call && call.Expression == use)
        {
            if (model.GetInterceptableLocation(call, token) is { } location)
            {
                calls.Add(new IsolatedCall(key, location.GetInterceptsLocationAttributeSyntax(), location.GetDisplayLocation()));
            }
        }
        else if (!IsNamed(use))
        {
            Location place = name.GetLocation();
            findings.Add(new Finding(
                Rules.NotRedirected, place.SourceTree!.FilePath, place.SourceSpan, place.GetLineSpan().Span, new EquatableArray<string>([$"{target.Class}.{method.Name}"])));
        }
    }

    /// <summary>Whether only its name is asked for.</summary>
    private static bool IsNamed(SyntaxNode use) =>
        use.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" } } };
}
