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
        IncrementalValueProvider<EquatableArray<IsolatedPair>> pairs = context.SyntaxProvider
            .CreateSyntaxProvider(static (node, _) => IsolationReader.IsCandidate(node), static (found, token) => IsolationReader.Read(found, token))
            .Where(static pair => pair is not null)
            .Select(static (pair, _) => pair!)
            .Collect()
            .Select(static (all, _) => new EquatableArray<IsolatedPair>(
                all.Distinct().OrderBy(static pair => pair.Service, StringComparer.Ordinal).ThenBy(static pair => pair.Implementation, StringComparer.Ordinal)))
            .WithTrackingName(PairsStep);
        IncrementalValueProvider<string> assembly = context.CompilationProvider.Select(static (compilation, _) => compilation.AssemblyName ?? "");
        context.RegisterSourceOutput(pairs.Combine(assembly), static (output, found) =>
        {
            if (found.Left.Count > 0)
            {
                output.AddSource("IsolatedServices.g.cs", IsolationWriter.Write(found.Left, found.Right));
            }
        });
    }
}
