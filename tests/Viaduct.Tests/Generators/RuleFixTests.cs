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

    [Theory]
    [InlineData("[Message] public record M([property: Id(2)] int A, int B);", "[Message] public record M([property: Id(2)] int A, [property: Id(3)] int B);")]
    [InlineData("[Message] public record M([property: Id(0)] int A);", "[Message] public record M([property: Id(2)] int A);")]
    [InlineData("[Message] public class M { [Id(7)] public int A; public int B; [Id(7)] public int C; }", "[Message] public class M { [Id(7)] public int A; public int B; [Id(8)] public int C; }")]
    [InlineData("[Message] public class M { [Id(2)] public int A { get; set; } /* Why. */ public int B { get; set; } }", "[Message] public class M { [Id(2)] public int A { get; set; } /* Why. */ [Id(3)] public int B { get; set; } }")]
    [InlineData("[Message] public record B([property: Id(2)] int A); [Message] public record M(int A, [property: Id(2)] int C) : B(A);", "[Message] public record B([property: Id(2)] int A); [Message] public record M(int A, [property: Id(3)] int C) : B(A);")]
    [InlineData("[Service] public interface S { void A([Id(2)] int a, int b); }", "[Service] public interface S { void A([Id(2)] int a, [Id(3)] int b); }")]
    [InlineData(
        "[Message] [Union(1, typeof(B)), Union(1, typeof(C))] public abstract record U; [Message] public record B : U; [Message] public record C : U;",
        "[Message] [Union(1, typeof(B)), Union(2, typeof(C))] public abstract record U; [Message] public record B : U; [Message] public record C : U;")]
    public Task What_has_no_number_of_its_own_gets_one_behind_all_others(string before, string after) => Fixes(new NumberItCodeFix(), before, after);

    [Fact]
    public Task An_isolated_class_that_other_projects_would_call_is_hidden() => Fixes(
        new HideIsolatedCodeFix(),
        "[Isolated] public static class C { public static int A() => 1; }",
        "[Isolated] internal static class C { public static int A() => 1; }");

    /// <summary>They would have to change together.</summary>
    [Fact]
    public async Task One_in_several_parts_has_no_fix()
    {
        Generated generated = DiagnosticTests.Subject("[Isolated] public static partial class C { public static int A() => 1; } public static partial class C { }");
        Assert.Empty(await Actions(new HideIsolatedCodeFix(), Assert.Single(generated.Diagnostics), generated));
    }

    private static async Task Fixes(CodeFixProvider provider, string before, string after)
    {
        Generated generated = DiagnosticTests.Subject(before);
        Diagnostic diagnostic = Assert.Single(generated.Diagnostics);
        Assert.Contains(diagnostic.Id, provider.FixableDiagnosticIds);
        CodeAction action = Assert.Single(await Actions(provider, diagnostic, generated));
        CodeActionOperation operation = Assert.Single(await action.GetOperationsAsync(TestContext.Current.CancellationToken));

        Project changed = Assert.Single(Assert.IsType<ApplyChangesOperation>(operation).ChangedSolution.Projects);
        string result = (await Assert.Single(changed.Documents).GetTextAsync(TestContext.Current.CancellationToken)).ToString();
        Assert.Equal(Words(generated.Compilation.SyntaxTrees.First().ToString().Replace(before, after, StringComparison.Ordinal)), Words(result));
        Assert.Empty(Generated.From(result).Diagnostics);
    }

    private static async Task<List<CodeAction>> Actions(CodeFixProvider provider, Diagnostic diagnostic, Generated generated)
    {
        using AdhocWorkspace workspace = new();
        SourceText text = await generated.Compilation.SyntaxTrees.First().GetTextAsync(TestContext.Current.CancellationToken);
        Document document = workspace.AddProject("Subject", LanguageNames.CSharp).WithMetadataReferences(Analyzers.Code.References)
            .AddDocument("Subject.cs", text);
        List<CodeAction> actions = [];
        await provider.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action), TestContext.Current.CancellationToken));
        return actions;
    }

    /// <summary>The tokens: how lines are broken is the formatter's business.</summary>
    private static string Words(string text) => string.Join(' ', CSharpSyntaxTree.ParseText(text).GetRoot().DescendantTokens().Select(static token => token.Text));
}
