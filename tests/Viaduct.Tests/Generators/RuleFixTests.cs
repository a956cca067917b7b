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

    [Fact]
    public Task A_type_that_is_sent_gets_marked() => Fixes(
        new MarkMessageCodeFix(),
        "public class Plain { public int B { get; set; } } [Message] public record M(List<Plain?> A);",
        "[Message] public class Plain { public int B { get; set; } } [Message] public record M(List<Plain?> A);");

    [Fact]
    public Task A_type_that_a_service_takes_gets_marked() => Fixes(
        new MarkMessageCodeFix(),
        "public struct Plain { public string B; } [Service] public interface S { int A(Plain a); }",
        "[Message] public struct Plain { public string B; } [Service] public interface S { int A(Plain a); }");

    [Fact]
    public Task A_hidden_message_gets_seen() => Fixes(
        new MakeInternalCodeFix(),
        "public class O { [Message] private sealed record M(int A); }",
        "public class O { [Message] internal sealed record M(int A); }");

    [Fact]
    public Task A_message_in_a_hidden_type_gets_seen() => Fixes(
        new MakeInternalCodeFix(),
        "public class O { class P { [Message] public sealed record M(int A); } }",
        "public class O { internal class P { [Message] public sealed record M(int A); } }");

    [Fact]
    public Task A_union_gets_its_cases() => Fixes(
        new ListCasesCodeFix(),
        "[Message] public abstract record U; [Message] public record C : U; [Message] public record B : C; public record Other : U;",
        "[Message] [Union(1, typeof(C))] [Union(2, typeof(B))] public abstract record U; [Message] public record C : U; [Message] public record B : C; public record Other : U;");

    [Fact]
    public Task A_union_that_is_an_interface_gets_its_cases() => Fixes(
        new ListCasesCodeFix(),
        "[Message] public interface IU; [Message] public record C : IU;",
        "[Message] [Union(1, typeof(C))] public interface IU; [Message] public record C : IU;");

    [Theory]
    [InlineData("Span", "Memory")]
    [InlineData("ReadOnlySpan", "ReadOnlyMemory")]
    public Task A_span_that_a_call_would_outlive_becomes_memory(string span, string memory) => Fixes(
        new UseMemoryCodeFix(),
        $"[Service] public interface S {{ Task A({span}<byte> a, int b); }}",
        $"[Service] public interface S {{ Task A({memory}<byte> a, int b); }}");

    [Fact]
    public Task A_member_that_can_not_be_carried_stays() => Fixes(
        new StayInProcessCodeFix(),
        "[Isolated] internal static class C { internal static void A() { } internal static void B(Action b) { } }",
        "[Isolated] internal static class C { internal static void A() { } [InProcess] internal static void B(Action b) { } }");

    [Fact]
    public Task A_delegate_of_an_isolated_method_becomes_a_lambda() => Fixes(
        new CallInLambdaCodeFix(),
        "[Isolated] internal static class C { internal static int A(int a, int @is) => a; } internal class D { Func<int, int, int> _a = C.A; }",
        "[Isolated] internal static class C { internal static int A(int a, int @is) => a; } internal class D { Func<int, int, int> _a = (a, @is) => C.A(a, @is); }");

    private static async Task Fixes(CodeFixProvider provider, string before, string after)
    {
        Generated generated = DiagnosticTests.Subject(before);
        Diagnostic diagnostic = Assert.Single(generated.Diagnostics);
        Assert.Contains(diagnostic.Id, provider.FixableDiagnosticIds);
        using AdhocWorkspace workspace = new();
        SourceText text = await generated.Compilation.SyntaxTrees.First().GetTextAsync(TestContext.Current.CancellationToken);
        Document document = workspace.AddProject("Subject", LanguageNames.CSharp).WithMetadataReferences(Analyzers.Code.References)
            .AddDocument("Subject.cs", text);
        List<CodeAction> actions = [];

        await provider.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action), TestContext.Current.CancellationToken));
        CodeActionOperation operation = Assert.Single(await Assert.Single(actions).GetOperationsAsync(TestContext.Current.CancellationToken));

        Document changed = Assert.IsType<ApplyChangesOperation>(operation).ChangedSolution.GetDocument(document.Id)!;
        string result = (await changed.GetTextAsync(TestContext.Current.CancellationToken)).ToString();
        Assert.Equal(Words(text.ToString().Replace(before, after, StringComparison.Ordinal)), Words(result));
        Assert.Empty(Generated.From(result).Diagnostics);
    }

    /// <summary>The tokens: how lines are broken is the formatter's business.</summary>
    private static string Words(string text) => string.Join(' ', CSharpSyntaxTree.ParseText(text).GetRoot().DescendantTokens().Select(static token => token.Text));
}
