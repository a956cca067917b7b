using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using Viaduct.CodeFixes;

namespace Viaduct.Tests.Generators;

/// <summary>Fixes of what the generators refuse: afterwards they don't.</summary>
public sealed class RuleFixTests
{
    [Fact]
    public Task A_property_that_would_be_lost_gets_a_setter() => Fixes(
        new GiveBackCodeFix(),
        "[Message] public class M { public List<int> A { get; } = new(); }",
        "[Message] public class M { public List<int> A { get; init; } = new(); }");

    [Fact]
    public Task An_overload_gets_a_name_that_is_free() => Fixes(
        new NameMethodCodeFix(),
        "[Service] public interface S { void A(int a); [WireName(\"A2\")] void A(long a); /* Why. */ void A(string a); }",
        "[Service] public interface S { void A(int a); [WireName(\"A2\")] void A(long a); /* Why. */ [WireName(\"A3\")] void A(string a); }");

    private static async Task Fixes(CodeFixProvider provider, string before, string after)
    {
        Generated generated = DiagnosticTests.Subject(before);
        Diagnostic diagnostic = Assert.Single(generated.Diagnostics);
        Assert.Contains(diagnostic.Id, provider.FixableDiagnosticIds);
        using AdhocWorkspace workspace = new();
        SourceText text = await generated.Compilation.SyntaxTrees.First().GetTextAsync(TestContext.Current.CancellationToken);
        Document document = workspace.AddProject("Subject", LanguageNames.CSharp).WithMetadataReferences(Analyzers.Code.References)
            .AddDocument("RpcStub.cs", Generated.Source("RpcStub")).Project.AddDocument("Subject.cs", text);
        List<CodeAction> actions = [];

        await provider.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action), TestContext.Current.CancellationToken));
        CodeActionOperation operation = Assert.Single(await Assert.Single(actions).GetOperationsAsync(TestContext.Current.CancellationToken));

        Document changed = Assert.IsType<ApplyChangesOperation>(operation).ChangedSolution.GetDocument(document.Id)!;
        string result = (await changed.GetTextAsync(TestContext.Current.CancellationToken)).ToString();
        Assert.Equal(Words(text.ToString().Replace(before, after, StringComparison.Ordinal)), Words(result));
        Assert.Empty(Generated.From(result, Generated.Source("RpcStub")).Diagnostics);
    }

    /// <summary>The tokens: how lines are broken is the formatter's business.</summary>
    private static string Words(string text) => string.Join(' ', CSharpSyntaxTree.ParseText(text).GetRoot().DescendantTokens().Select(static token => token.Text));
}
