using Microsoft.CodeAnalysis;

namespace Viaduct.Generators;

/// <summary>Writes the contracts of interfaces that are marked <c>[Service]</c>: what calls them from afar, and what answers.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class ServiceGenerator : IIncrementalGenerator
{
    /// <summary>The name of the step that reads services, for the tests of what an edit runs again.</summary>
    internal const string ServicesStep = "Services";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<Result<ServiceModel>> services = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                Names.Service,
                static (node, _) => true,
                // On anything else the compiler refuses the attribute itself.
                static (target, _) => target.TargetSymbol is INamedTypeSymbol { TypeKind: TypeKind.Interface } type ? ServiceReader.Read(type, target.SemanticModel.Compilation) : null)
            .Where(static result => result is not null)
            .Select(static (result, _) => result!)
            .WithTrackingName(ServicesStep);
        context.RegisterSourceOutput(services, static (output, result) =>
        {
            foreach (Finding finding in result.Findings)
            {
                output.ReportDiagnostic(finding.ToDiagnostic());
            }

            if (result.Model is { } service)
            {
                output.AddSource(service.FileName, ContractWriter.Write(service));
            }
        });
    }
}
