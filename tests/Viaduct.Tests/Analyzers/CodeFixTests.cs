using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using Viaduct.CodeFixes;

namespace Viaduct.Tests.Analyzers;

public sealed class CodeFixTests
{
    [Theory]
    [InlineData("producer.HandOver(message); Look(message);", "producer.Send(message); Look(message);")]
    [InlineData("producer.HandOver(message, token); Look(message);", "producer.Send(message, token); Look(message);")]
    [InlineData("if (producer.TryHandOver(message)) Look(message);", "if (producer.TrySend(message)) Look(message);")]
    [InlineData("await producer.HandOverAsync(message, token); Look(message);", "await producer.SendAsync(message, token); Look(message);")]
    [InlineData("await producer.HandOverAsync(message).ConfigureAwait(false); Look(message);", "await producer.SendAsync(message).ConfigureAwait(false); Look(message);")]
    [InlineData("producer?.HandOver(message); Look(message);", "producer?.Send(message); Look(message);")]
    public Task A_message_that_is_used_again_is_sent_as_a_copy(string before, string after) => Fixes(new SendInsteadCodeFix(), "VIA0001", before, after);

    [Fact]
    public async Task A_hand_over_that_nobody_awaits_has_no_fix() =>
        Assert.Null(await Fixed(new SendInsteadCodeFix(), "VIA0001", Code.Statements("var sent = producer.HandOverAsync(message); Look(message); await sent;")));

    [Theory]
    [InlineData("var lease = consumer.ReceiveLease(); Look(lease.Value);", "using var lease = consumer.ReceiveLease(); Look(lease.Value);")]
    [InlineData("var lease = await consumer.ReceiveLeaseAsync(); Look(lease.Value);", "using var lease = await consumer.ReceiveLeaseAsync(); Look(lease.Value);")]
    [InlineData("Request<Order, Order> request = server.Receive();", "using Request<Order, Order> request = server.Receive();")]
    [InlineData("consumer.ReceiveLease();", "consumer.ReceiveLease().Dispose();")]
    [InlineData("await consumer.ReceiveLeaseAsync();", "(await consumer.ReceiveLeaseAsync()).Dispose();")]
    [InlineData("if (consumer.TryReceiveLease(out var lease)) { Look(lease.Value); }", "if (consumer.TryReceiveLease(out var lease)) { using (lease) { Look(lease.Value); } }")]
    public Task A_lost_lease_is_disposed(string before, string after) => Fixes(new EndItCodeFix(), "VIA0002", before, after);

    private static async Task Fixes(CodeFixProvider provider, string rule, string before, string after)
    {
        string? text = await Fixed(provider, rule, Code.Statements(before));

        Assert.NotNull(text);
        Assert.Equal(Words(Code.Statements(after).Text), Words(text));
        (Compilation compilation, Diagnostic[] left) = await Code.File(text).Analyze();
        Assert.Empty(Code.Errors(compilation));
        Assert.Empty(left);
    }

    /// <summary>The text after the fix of the first diagnostic; null if there is none.</summary>
    private static async Task<string?> Fixed(CodeFixProvider provider, string rule, Code code)
    {
        (_, Diagnostic[] diagnostics) = await code.Analyze();
        using AdhocWorkspace workspace = new();
        Project project = workspace.AddProject("Subject", LanguageNames.CSharp).WithMetadataReferences(Code.References);
        Document document = project.AddDocument("Subject.cs", SourceText.From(code.Text));

        List<CodeAction> actions = [];
        Diagnostic diagnostic = diagnostics.First(found => found.Id == rule);
        await provider.RegisterCodeFixesAsync(new CodeFixContext(
            document, diagnostic, (action, _) => actions.Add(action), TestContext.Current.CancellationToken));
        if (actions.Count == 0)
        {
            return null;
        }

        ImmutableArray<CodeActionOperation> operations = await Assert.Single(actions).GetOperationsAsync(TestContext.Current.CancellationToken);
        Solution changed = Assert.Single(operations.OfType<ApplyChangesOperation>()).ChangedSolution;
        return (await changed.GetDocument(document.Id)!.GetTextAsync(TestContext.Current.CancellationToken)).ToString();
    }

    /// <summary>The tokens: how lines are broken is the formatter's business.</summary>
    private static string Words(string text) => string.Join(' ', CSharpSyntaxTree.ParseText(text).GetRoot().DescendantTokens().Select(token => token.Text));
}
