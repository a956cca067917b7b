using Microsoft.CodeAnalysis;

namespace Viaduct.Generators;

/// <summary>Registers what a project isolates, so that its child processes can make it without reflection.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class IsolationGenerator : IIncrementalGenerator
{
    /// <summary>The name of the step that reads calls of <c>Isolate</c>, for the tests of what an edit runs again.</summary>
    internal const string PairsStep = "IsolatedPairs";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<IsolatedUse> uses = context.SyntaxProvider
            .CreateSyntaxProvider(static (node, _) => IsolationReader.IsCandidate(node), static (found, token) => IsolationReader.Read(found, token))
            .Where(static use => use is not null)
            .Select(static (use, _) => use!);
        IncrementalValueProvider<EquatableArray<IsolatedPair>> pairs = uses
            .Where(static use => use.Finding is null)
            .Select(static (use, _) => use.Pair)
            .Collect()
            .Select(static (all, _) => new EquatableArray<IsolatedPair>(
                all.Distinct().OrderBy(static pair => pair.Service, StringComparer.Ordinal).ThenBy(static pair => pair.Implementation, StringComparer.Ordinal)))
            .WithTrackingName(PairsStep);
        IncrementalValueProvider<EquatableArray<IsolatedPair>> byHand = context.SyntaxProvider
            .CreateSyntaxProvider(static (node, _) => IsolationReader.IsRegistration(node), static (found, token) => IsolationReader.ReadRegistration(found, token))
            .Where(static pair => pair is not null)
            .Select(static (pair, _) => pair!)
            .Collect()
            .Select(static (all, _) => new EquatableArray<IsolatedPair>(all));
        context.RegisterSourceOutput(uses.Where(static use => use.Finding is not null).Collect().Combine(byHand), static (output, found) =>
        {
            // A type is refused once where it is declared, whoever isolates it.
            foreach (Finding finding in found.Left.Where(use => !IsMadeByHand(use.Pair, found.Right)).Select(static use => use.Finding!).Distinct())
            {
                output.ReportDiagnostic(finding.ToDiagnostic());
            }
        });

        IncrementalValueProvider<string> assembly = context.CompilationProvider.Select(static (compilation, _) => compilation.AssemblyName ?? "");
        context.RegisterSourceOutput(pairs.Combine(assembly), static (output, found) =>
        {
            if (found.Left.Count > 0)
            {
                output.AddSource("IsolatedServices.g.cs", IsolationWriter.Write(found.Left, found.Right));
            }
        });
    }

    /// <summary>Whether a pair is made known by hand; of one that may be any of a contract's, whether the project does so for some pair of it: which ones there are is only known there.</summary>
    private static bool IsMadeByHand(IsolatedPair pair, EquatableArray<IsolatedPair> byHand) =>
        byHand.Any(made => made.Equals(pair) || (pair.IsOpen && !made.IsOpen && made.Service == pair.Service));
}
