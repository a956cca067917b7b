using Microsoft.CodeAnalysis;
using Viaduct.Generators;

namespace Viaduct.Tests.Generators;

/// <summary>An edit that changes no declaration writes nothing again.</summary>
public sealed class IncrementalityTests
{
    private static readonly string[] s_steps = [MessageGenerator.MessagesStep, MessageGenerator.RootsStep, ServiceGenerator.ServicesStep, IsolationGenerator.PairsStep, IsolatedClassGenerator.ClassesStep, IsolatedClassGenerator.CallsStep];

    [Fact]
    public void An_edit_elsewhere_runs_nothing_again()
    {
        Generated first = Run();

        Generated second = first.Again(static compilation => compilation.AddSyntaxTrees(Generated.Parse("public class Elsewhere { int _a = 1; }", "Elsewhere.cs")));

        Assert.All(s_steps, step =>
        {
            Assert.NotEmpty(second.Reasons(step));
            Assert.All(second.Reasons(step), static reason => Assert.True(reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, $"{reason}"));
        });
        Assert.All(second.Driver.GetRunResult().Results.SelectMany(static result => result.TrackedOutputSteps.Values).SelectMany(static steps => steps).SelectMany(static step => step.Outputs), static output =>
            Assert.Equal(IncrementalStepRunReason.Cached, output.Reason));
    }

    [Fact]
    public void An_edit_in_the_file_that_changes_no_member_writes_nothing_again()
    {
        Generated first = Run();

        Generated second = first.Again(static compilation =>
        {
            SyntaxTree tree = compilation.SyntaxTrees.First();
            return compilation.ReplaceSyntaxTree(tree, Generated.Parse("// A word more.\n" + tree.GetText(), tree.FilePath));
        });

        Assert.All(s_steps, step => Assert.All(second.Reasons(step), static reason =>
            Assert.True(reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, $"{reason}")));
    }

    [Fact]
    public void A_changed_member_writes_its_message_again_and_no_other()
    {
        Generated first = Run();

        Generated second = first.Again(static compilation =>
        {
            SyntaxTree tree = compilation.SyntaxTrees.First();
            return compilation.ReplaceSyntaxTree(tree, Generated.Parse(tree.GetText().ToString().Replace("int? Discount", "long? Discount", StringComparison.Ordinal), tree.FilePath));
        });

        Assert.Single(second.Reasons(MessageGenerator.MessagesStep), static reason => reason == IncrementalStepRunReason.Modified);
        Assert.Empty(second.Complaints);
    }

    [Fact]
    public void A_call_more_registers_its_pair_and_writes_nothing_else_again()
    {
        Generated first = Run();

        Generated second = first.Again(static compilation => compilation.AddSyntaxTrees(Generated.Parse(
            """
            using Viaduct.Supervision;

            namespace Shop.Isolation;

            internal sealed class Ruler : Tool;

            internal static class Measure
            {
                internal static Isolated<ITool> Start(Viaduct.Node node) => node.Isolate<ITool, Ruler>();
            }
            """,
            "Measure.cs")));

        Assert.Equal(IncrementalStepRunReason.Modified, Assert.Single(second.Reasons(IsolationGenerator.PairsStep)));
        Assert.All(s_steps.Except([IsolationGenerator.PairsStep]), step => Assert.All(second.Reasons(step), static reason =>
            Assert.True(reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, $"{reason}")));
        Assert.Contains(second.Files, static file => file.SourceText.ToString().Contains("Register<global::Shop.Isolation.ITool, global::Shop.Isolation.Ruler>", StringComparison.Ordinal));
        Assert.Empty(second.Complaints);
    }

    private static Generated Run() =>
        Generated.From(
            Generated.Source("Messages"),
            Generated.Source("Channels").Replace("namespace Shop;", "namespace Shop.Other;", StringComparison.Ordinal),
            Generated.Source("Service").Replace("namespace Shop;", "namespace Shop.Services;", StringComparison.Ordinal),
            Generated.Source("Isolated").Replace("namespace Shop;", "namespace Shop.Isolated;", StringComparison.Ordinal),
            Generated.Source("Isolation").Replace("namespace Shop;", "namespace Shop.Isolation;", StringComparison.Ordinal));
}
