using Microsoft.CodeAnalysis;

namespace Viaduct.Generators;

/// <summary>Takes the calls of classes that are marked <c>[Isolated]</c> out of the process: writes what carries them, and redirects each call in the project to it.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class IsolatedClassGenerator : IIncrementalGenerator
{
    /// <summary>The name of the step that reads classes, for the tests of what an edit runs again.</summary>
    internal const string ClassesStep = "IsolatedClasses";

    /// <summary>The name of the step that finds calls, for the tests of what an edit runs again.</summary>
    internal const string CallsStep = "IsolatedCalls";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<Result<IsolatedClassModel>> classes = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                Names.Isolated,
                static (node, _) => true,
                static (target, _) => target.TargetSymbol is INamedTypeSymbol type
                    ? IsolatedClassReader.Read(type, target.Attributes[0], target.SemanticModel.Compilation) : null)
            .Where(static result => result is not null)
            .Select(static (result, _) => result!)
            .WithTrackingName(ClassesStep);
        context.RegisterSourceOutput(classes, static (output, result) =>
        {
            foreach (Finding finding in result.Findings)
            {
                output.ReportDiagnostic(finding.ToDiagnostic());
            }

            if (result.Model is { } isolated)
            {
                output.AddSource(isolated.Contract.FileName, ContractWriter.Write(isolated.Contract));
                output.AddSource($"{isolated.Calls}.g.cs", IsolatedClassWriter.Write(isolated));
            }
        });

        IncrementalValueProvider<EquatableArray<IsolatedTarget>> targets = classes
            .SelectMany(static (result, _) => result.Model is { } isolated
                ? isolated.Methods.Select(method => new IsolatedTarget(isolated.Name, isolated.Calls, method)) : [])
            .Collect()
            .Select(static (all, _) => new EquatableArray<IsolatedTarget>(all));
        IncrementalValueProvider<IsolatedCalls> calls = targets.Combine(context.CompilationProvider)
            .Select(static (found, token) => IsolatedCallReader.Read(found.Left, found.Right, token))
            .WithTrackingName(CallsStep);
        context.RegisterSourceOutput(calls.Combine(targets), static (output, found) =>
        {
            foreach (Finding finding in found.Left.Findings)
            {
                output.ReportDiagnostic(finding.ToDiagnostic());
            }

            if (found.Left.Calls.Count > 0)
            {
                output.AddSource("IsolatedCalls.g.cs", IsolatedCallWriter.Write(found.Left.Calls, found.Right));
            }
        });
    }
}
