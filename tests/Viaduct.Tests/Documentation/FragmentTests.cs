using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Viaduct.Tests.Packaging;

namespace Viaduct.Tests.Documentation;

/// <summary>
/// Code in pages that is no whole file of the repository: it compiles, with what <c>Fragments/PAGE.txt</c> says of its surroundings. Members of the class <c>Surroundings</c> there
/// are what statements find in scope.
/// </summary>
public sealed class FragmentTests
{
    private const string Usings = """
        #nullable enable
        global using System;
        global using System.Collections.Generic;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Microsoft.Extensions.DependencyInjection;
        global using Microsoft.Extensions.Hosting;
        global using Viaduct;
        global using Viaduct.Hosting;
        global using Viaduct.Messages;
        global using Viaduct.Rpc;
        global using Viaduct.Supervision;
        global using static Surroundings;
        """;

    public static TheoryData<string> Pages() =>
    [
        .. new[] { Repository.PathOf("README.md") }.Concat(Directory.EnumerateFiles(Repository.PathOf("docs"), "*.md"))
            .Where(static page => Snippets.FragmentsIn(page).Any()).Select(static page => Path.GetRelativePath(Repository.Root, page)),
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Code_in_a_page_compiles(string page)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        string surroundings = await File.ReadAllTextAsync(
            Repository.PathOf("tests", "Viaduct.Tests", "Documentation", "Fragments", Path.GetFileNameWithoutExtension(page) + ".txt"), token);
        CompilationUnitSyntax[] fragments = [.. Snippets.FragmentsIn(Repository.PathOf(page)).Select(code => SyntaxFactory.ParseCompilationUnit(code))];
        string[] statements = [.. fragments.Select(static fragment => $"{{ {string.Concat(fragment.Members.OfType<GlobalStatementSyntax>().Select(static one => one.ToFullString()))} }}")];
        string[] declarations = [.. fragments.SelectMany(static fragment => fragment.Members.Where(static member => member is not GlobalStatementSyntax)).Select(static member => member.ToFullString())];
        string program = $"await Task.CompletedTask;\n{string.Join('\n', statements)}\n{string.Join('\n', declarations)}";

        CSharpCompilation compilation = CSharpCompilation.Create(
            "Fragments",
            [Parse(Usings), Parse(program), Parse(surroundings)],
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
                .Where(static path => Path.GetFileName(path) is var name && (name.StartsWith("System.", StringComparison.Ordinal)
                    || name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal) || name is "Viaduct.dll" or "Viaduct.Rpc.dll" or "Viaduct.Supervision.dll" or "Viaduct.Hosting.dll"))
                .Select(static path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));

        Assert.Empty(compilation.GetDiagnostics(token).Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));

        SyntaxTree Parse(string code) => CSharpSyntaxTree.ParseText(code, new CSharpParseOptions(LanguageVersion.Preview), cancellationToken: token);
    }
}
