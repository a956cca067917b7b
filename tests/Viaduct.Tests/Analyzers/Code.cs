using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using Viaduct.Analyzers;

namespace Viaduct.Tests.Analyzers;

/// <summary>Code that is compiled against this Viaduct and analyzed. <c>[|…|]</c> marks what is to be reported.</summary>
internal sealed class Code
{
    /// <summary>What the statements of a test stand in.</summary>
    private const string Head = """
        using System;
        using System.Buffers;
        using System.Collections.Generic;
        using System.Diagnostics;
        using System.Linq;
        using System.Threading;
        using System.Threading.Tasks;
        using Viaduct;

        public sealed class Order
        {
            public int Id { get; set; }
            public List<int> Lines { get; } = new();
        }

        public struct Pair
        {
            public int First;
            public int[] Rest;
        }

        public sealed class Holder : IDisposable
        {
            public Lease<Order> Lease { get; set; }
            public Lease<Order> Take(Consumer<Order> consumer) => consumer.ReceiveLease();
            public void Dispose() => Lease.Dispose();
        }

        public class Subject
        {
            private readonly List<Lease<Order>> _kept = new();
            private Lease<Order> _lease;
            private static void Look(object? anything) { }
            private static void Bytes(ReadOnlySpan<byte> bytes) { }
            private static void Keep<T>(T value) { }
            private static bool Ask() => DateTime.Now.Ticks > 0;

            public async Task Run(
                Producer<Order> producer, Producer<int> numbers, Producer<string> texts, Producer<Pair> pairs, Producer<ReadOnlyMemory<byte>> blobs,
                Consumer<Order> consumer, Consumer<ReadOnlyMemory<byte>> bytes, Server<Order, Order> server, Order message, bool maybe, CancellationToken token)
            {
                await Task.Yield();

        """;

    private const string Tail = """

            }
        }
        """;

    private static readonly ImmutableArray<MetadataReference> s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is "Viaduct.dll" or "Viaduct.Rpc.dll" or "Viaduct.Supervision.dll" || Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    private readonly string _text;
    private readonly ImmutableArray<TextSpan> _marks;

    private Code(string marked)
    {
        (_text, _marks) = Unmarked(marked);
    }

    /// <summary>The analyzers of the package.</summary>
    internal static ImmutableArray<DiagnosticAnalyzer> Analyzers { get; } = [new UseAfterEndAnalyzer(), new NeverEndedAnalyzer()];

    internal static ImmutableArray<MetadataReference> References => s_references;

    internal string Text => _text;

    /// <summary>Statements of an async method that has sockets and a message as parameters.</summary>
    internal static Code Statements(string marked) => new(Head + marked + Tail);

    /// <summary>A whole file.</summary>
    internal static Code File(string marked) => new(marked);

    /// <summary>Checks that a rule reports what is marked and nothing else.</summary>
    internal async Task Reports(string rule)
    {
        (Compilation compilation, Diagnostic[] diagnostics) = await Analyze();

        Assert.Empty(Errors(compilation));
        string[] expected = [.. _marks.Select(Describe)];
        string[] actual = [.. diagnostics.Where(diagnostic => diagnostic.Id == rule).Select(diagnostic => diagnostic.Location.SourceSpan).Order().Select(Describe)];
        Assert.Equal(expected, actual);
    }

    /// <summary>Compiles and analyzes; an analyzer that throws fails the test.</summary>
    internal async Task<(Compilation Compilation, Diagnostic[] Diagnostics)> Analyze()
    {
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Subject",
            [CSharpSyntaxTree.ParseText(SourceText.From(_text), path: "Subject.cs", cancellationToken: TestContext.Current.CancellationToken)],
            s_references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true));
        CompilationWithAnalyzersOptions options = new(
            new AnalyzerOptions([]),
            (failure, analyzer, _) => throw new InvalidOperationException($"{analyzer} failed.", failure),
            concurrentAnalysis: true,
            logAnalyzerExecutionTime: false);
        ImmutableArray<Diagnostic> diagnostics =
            await new CompilationWithAnalyzers(compilation, Analyzers, options).GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain(diagnostics, diagnostic => !diagnostic.Id.StartsWith("VIA", StringComparison.Ordinal));
        return (compilation, [.. diagnostics]);
    }

    /// <summary>What does not compile.</summary>
    internal static IEnumerable<string> Errors(Compilation compilation) =>
        compilation.GetDiagnostics(TestContext.Current.CancellationToken).Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(error => error.ToString());

    private static (string Text, ImmutableArray<TextSpan> Marks) Unmarked(string marked)
    {
        ImmutableArray<TextSpan>.Builder marks = ImmutableArray.CreateBuilder<TextSpan>();
        string[] parts = marked.Split("[|");
        string text = parts[0];
        foreach (string part in parts[1..])
        {
            int end = part.IndexOf("|]", StringComparison.Ordinal);
            marks.Add(new TextSpan(text.Length, end));
            text += part.Remove(end, 2);
        }

        return (text, marks.ToImmutable());
    }

    private string Describe(TextSpan span)
    {
        int line = _text.AsSpan(0, span.Start).Count('\n');
        return $"'{_text.Substring(span.Start, span.Length)}' at {span.Start}: {_text.Split('\n')[line].Trim()}";
    }
}
