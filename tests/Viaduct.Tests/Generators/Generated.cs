using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Viaduct.Generators;
using Viaduct.Tests.Packaging;

namespace Viaduct.Tests.Generators;

/// <summary>Sources that the generators were run over.</summary>
internal sealed class Generated
{
    private static readonly CSharpParseOptions s_parse =
        new CSharpParseOptions(LanguageVersion.Preview).WithFeatures([new("InterceptorsNamespaces", "Viaduct.Generated")]);

    private static readonly ISourceGenerator[] s_generators =
    [
        new MessageGenerator().AsSourceGenerator(),
        new ServiceGenerator().AsSourceGenerator(),
        new IsolationGenerator().AsSourceGenerator(),
        new IsolatedClassGenerator().AsSourceGenerator(),
    ];

    private Generated(Compilation compilation, GeneratorDriver driver, ImmutableArray<Diagnostic> diagnostics)
    {
        Compilation = compilation;
        Driver = driver;
        Diagnostics = diagnostics;
    }

    /// <summary>What they and what was generated compile to.</summary>
    internal Compilation Compilation { get; }

    /// <summary>To be run again after an edit.</summary>
    internal GeneratorDriver Driver { get; }

    /// <summary>What the generators reported.</summary>
    internal ImmutableArray<Diagnostic> Diagnostics { get; }

    /// <summary>What was generated, by the files' names.</summary>
    internal IEnumerable<GeneratedSourceResult> Files =>
        Driver.GetRunResult().Results.SelectMany(static result => result.GeneratedSources).OrderBy(static source => source.HintName, StringComparer.Ordinal);

    /// <summary>Errors and warnings of the compiler in all of it.</summary>
    internal IEnumerable<string> Complaints => Compilation.GetDiagnostics(TestContext.Current.CancellationToken)
        .Where(static diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).Select(static diagnostic => diagnostic.ToString());

    /// <summary>Runs the generators over sources.</summary>
    internal static Generated From(params IEnumerable<string> sources)
    {
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Subject",
            sources.Select(static (source, index) => Parse(source, $"Subject{index}.cs")),
            Analyzers.Code.References,
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true, warningLevel: 9999));
        GeneratorDriver driver = CSharpGeneratorDriver.Create(
            s_generators,
            parseOptions: s_parse,
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
        return Run(driver, compilation);
    }

    /// <summary>Runs the generators again, over changed sources.</summary>
    internal Generated Again(Func<Compilation, Compilation> edit)
    {
        IEnumerable<SyntaxTree> generated = Compilation.SyntaxTrees.Where(static tree => tree.FilePath.EndsWith(".g.cs", StringComparison.Ordinal));
        return Run(Driver, edit(Compilation.RemoveSyntaxTrees(generated)));
    }

    /// <summary>A source of the test's own folder.</summary>
    internal static string Source(string name) => File.ReadAllText(PathOf(name));

    /// <summary>Where it is.</summary>
    internal static string PathOf(string name) => Repository.PathOf("tests", "Viaduct.Tests", "Generators", "Sources", $"{name}.txt");

    /// <summary>A syntax tree as the subjects have it.</summary>
    internal static SyntaxTree Parse(string source, string path) =>
        CSharpSyntaxTree.ParseText(source, s_parse, path, cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>Loads what was compiled.</summary>
    internal Assembly Load()
    {
        using var image = new MemoryStream();
        Assert.Empty(Compilation.Emit(image, cancellationToken: TestContext.Current.CancellationToken).Diagnostics.Where(static one => one.Severity == DiagnosticSeverity.Error));
        image.Position = 0;
        return new AssemblyLoadContext(name: null, isCollectible: false).LoadFromStream(image);
    }

    /// <summary>How the outputs of a generator's step came about.</summary>
    internal IncrementalStepRunReason[] Reasons(string step) =>
        [.. Driver.GetRunResult().Results.SelectMany(result => result.TrackedSteps.GetValueOrDefault(step, [])).SelectMany(static run => run.Outputs).Select(static output => output.Reason)];

    private static Generated Run(GeneratorDriver driver, Compilation compilation)
    {
        driver = driver.RunGeneratorsAndUpdateCompilation(compilation, out Compilation output, out ImmutableArray<Diagnostic> diagnostics, TestContext.Current.CancellationToken);
        Assert.All(driver.GetRunResult().Results, static result => Assert.Null(result.Exception));
        return new Generated(output, driver, diagnostics);
    }
}
