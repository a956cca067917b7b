using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Viaduct.Generators;

/// <summary>Writes the codecs of what is marked <c>[Message]</c>, and of the types of channels.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class MessageGenerator : IIncrementalGenerator
{
    /// <summary>The name of the step that reads messages, for the tests of what an edit runs again.</summary>
    internal const string MessagesStep = "Messages";

    /// <summary>The name of the step that reads channels' types, for the tests of what an edit runs again.</summary>
    internal const string RootsStep = "ChannelTypes";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<Result<MessageModel>> messages = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                Names.Message,
                static (node, _) => true,
                static (target, _) => target.TargetSymbol is INamedTypeSymbol type ? MessageReader.Read(type) : null)
            .Where(static result => result is not null)
            .Select(static (result, _) => result!)
            .WithTrackingName(MessagesStep);
        context.RegisterSourceOutput(messages, static (output, result) =>
        {
            foreach (Finding finding in result.Findings)
            {
                output.ReportDiagnostic(finding.ToDiagnostic());
            }

            if (result.Model is { } message)
            {
                output.AddSource(MessageWriter.FileName(message), MessageWriter.Write(message));
            }
        });

        IncrementalValueProvider<EquatableArray<RootModel>> roots = context.SyntaxProvider
            .CreateSyntaxProvider(static (node, _) => RootReader.IsCandidate(node), static (found, token) => RootReader.Read(found, token))
            .Where(static roots => roots.Count > 0)
            .Collect()
            .Select(static (all, _) => Distinct(all))
            .WithTrackingName(RootsStep);
        context.RegisterSourceOutput(roots, static (output, all) =>
        {
            if (all.Count > 0)
            {
                output.AddSource("ChannelTypes.g.cs", RootWriter.Write(all));
            }
        });
    }

    private static EquatableArray<RootModel> Distinct(ImmutableArray<EquatableArray<RootModel>> all) =>
        new(all.SelectMany(static roots => roots).GroupBy(static root => root.Type).Select(static group => group.First()).OrderBy(static root => root.Type, StringComparer.Ordinal));
}
