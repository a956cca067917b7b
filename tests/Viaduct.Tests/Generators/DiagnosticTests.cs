using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Generators;

/// <summary>What can't be generated is refused where it stands, with what to do.</summary>
public sealed class DiagnosticTests
{
    /// <summary>A service, and what implementations of it derive from.</summary>
    private const string Tool = "[Service] public interface S { void A(); } public abstract class Tool : S { public void A() { } }";

    [Theory]
    [InlineData("[Message] public record M(object A);", "VIA1001", "'object' can't be sent: nobody knows what is in it; use an abstract message whose cases are listed with [Union]")]
    [InlineData("public class Plain; [Message] public record M(Plain A);", "VIA1001", "'Plain' can't be sent: mark it [Message]")]
    [InlineData("[Message] public record M(List<Action> A);", "VIA1001", "'System.Collections.Generic.List<System.Action>' can't be sent: 'System.Action' in it: code does not travel; pass an interface marked [Service] to a service instead")]
    [InlineData("[Message] public record M(int[,] A);", "VIA1001", "'int[*,*]' can't be sent: arrays of several dimensions have no form; use an array of arrays, or a message with the sizes and one array")]
    [InlineData("[Message] public record M(nint A);", "VIA1001", "'nint' can't be sent: its size differs between machines; use long or ulong")]
    [InlineData("[Message] public record M(Uri A);", "VIA1001", "'System.Uri' can't be sent: copy what is needed of it into a message of your own")]
    [InlineData("[Message] public record M([property: Id(2)] int A, int B);", "VIA1002", "'M.B' has the number 2, which another one has already")]
    [InlineData("[Message] public record M([property: Id(0)] int A);", "VIA1002", "'M.A' has the number 0, which is not from 1 to 65535")]
    [InlineData("[Message] public class M { public M(int other) { } public int A { get; set; } }", "VIA1003", "'M' has no constructor that its members fit: each parameter must have the name (in any case) and the type of a member")]
    [InlineData("public class O { [Message] private record M(int A); }", "VIA1004", "'M' can't be reached by generated code: M is private; make it internal or public")]
    [InlineData("public class O<T> { [Message] public record M(int A); }", "VIA1004", "'M' can't be reached by generated code: it is nested in the generic type O; move it out")]
    [InlineData("[Message] file record M(int A);", "VIA1004", "'M' can't be reached by generated code: M is local to its file")]
    [InlineData("[Message] public abstract record M;", "VIA1005", "'M' is no union: it is abstract and lists no cases; add [Union(1, typeof(...))] for each")]
    [InlineData("[Message, Union(1, typeof(C))] public abstract record M; public record C : M;", "VIA1005", "'M' is no union: its case C must be a [Message] that isn't abstract and derives from it or implements it")]
    [InlineData("[Message, Union(1, typeof(C)), Union(1, typeof(D))] public abstract record M; [Message] public record C : M; [Message] public record D : M;", "VIA1002", "'D' has the number 1, which another one has already")]
    [InlineData("[Service] public interface S { void A(int a); void A(string a); }", "VIA1006", "'A' and 'A' can't be told apart by callers: both are 'A'; give one of them another name with [WireName]")]
    [InlineData("[Service] public interface S { int A { get; } }", "VIA1007", "'S.A' can't be called from afar: it is a property, which looks as if it cost nothing; make it a method")]
    [InlineData("[Service] public interface S { event Action A; }", "VIA1007", "'S.A' can't be called from afar: it is an event; take an interface marked [Service] as a parameter, and call that")]
    [InlineData("[Service] public interface S<T> { T A(); }", "VIA1007", "'S' can't be called from afar: it is generic, so that its methods have no one form; write an interface for each type")]
    [InlineData("[Service] public interface S { T A<T>(); }", "VIA1007", "'S.A' can't be called from afar: it is generic, so that it has no one form; write a method for each type")]
    [InlineData("[Service] public interface S { Task A(Span<byte> a); }", "VIA1008", "'S.A' can't be called from afar like this: parameter 'a' may be on the stack, which the call outlives; use Memory<byte>")]
    [InlineData("[Service] public interface S { Task A(out int a); }", "VIA1008", "'S.A' can't be called from afar like this: parameter 'a' is given back, and the method returns before that; return it in a tuple or a message")]
    [InlineData("[Service] public interface S { void A(Span<int> a); }", "VIA1008", "'S.A' can't be called from afar like this: parameter 'a' is memory of something else than bytes; use bytes, or an array for what is only read")]
    [InlineData("[Service] public interface S { [OneWay] int A(); }", "VIA1008", "'S.A' can't be called from afar like this: it is one-way, so that nothing comes back and nothing follows; return void, Task or ValueTask, and take values only")]
    [InlineData("[Service] public interface L { void B(); } [Service] public interface S { [OneWay] void A(L listener); }", "VIA1008", "'S.A' can't be called from afar like this: it is one-way, so that nothing comes back and nothing follows; return void, Task or ValueTask, and take values only")]
    [InlineData("[Service] public interface S { void A(Action a); }", "VIA1001", "'System.Action' can't be sent: code does not travel; pass an interface marked [Service] to a service instead")]
    [InlineData("public interface P { void B(); } [Service] public interface S { void A(P a); }", "VIA1001", "'P' can't be sent: mark it [Message] and list its cases with [Union], or use a class; an object that is to stay where it is has an interface marked [Service]")]
    [InlineData("[Service] public interface S { void A(List<S> a); }", "VIA1001", "'System.Collections.Generic.List<S>' can't be sent: 'S' in it: an object that stays where it is can be a parameter or a result by itself, and no part of one")]
    [InlineData("[Message] public class M { public List<int> A { get; } = new(); }", "VIA1009", "'M.A' would not arrive: no constructor and no setter can give it back; add one, or mark it [Ignore]")]
    public void What_cannot_be_generated_is_reported(string code, string rule, string message)
    {
        Generated generated = Subject(code);

        Diagnostic reported = Assert.Single(generated.Diagnostics);
        Assert.Equal(rule, reported.Id);
        Assert.Equal(message, reported.GetMessage(System.Globalization.CultureInfo.InvariantCulture));
        Assert.True(reported.Location.IsInSource || reported.Location.GetLineSpan().Path == "Subject0.cs");
        Assert.Equal(DiagnosticSeverity.Error, reported.Severity);
    }

    [Theory]
    [InlineData("static int A<T>(T a) => 0;", "it is generic, so that it has no one form; write a method for each type")]
    [InlineData("static ref int A(int[] a) => ref a[0];", "it returns a reference, and what that refers to is elsewhere; return a value")]
    [InlineData("static unsafe int A(byte* a) => 0;", "'byte*' can't be sent: addresses mean nothing elsewhere; use bytes")]
    [InlineData("static void A(Action a) { }", "'System.Action' can't be sent: code does not travel; pass an interface marked [Service] to a service instead")]
    [InlineData("static void A(SafeHandle a) { }", "'System.Runtime.InteropServices.SafeHandle' can't be sent: copy what is needed of it into a message of your own")]
    [InlineData("static void A(Span<int> a) { }", "parameter 'a' is memory of something else than bytes; use bytes, or an array for what is only read")]
    [InlineData("static void A(List<int> a) { }", "what it adds to parameter 'a' would not reach the caller; mark it [In] if the method only reads it")]
    [InlineData("static Task A(int[] a) => Task.CompletedTask;", "parameter 'a' is an array, and could come back only with the result; mark it [In] if the method only reads it, or take Memory<byte>")]
    [InlineData("[DllImport(\"c\")] static extern void A(ref byte a);", "parameter 'a' may be the first of many, and nothing says of how many; take a Span<byte>")]
    [InlineData("static int A { get; set; }", "it is a property, and only calls of methods go there; make it private, or a method")]
    [InlineData("static int A;", "it is a field, and only calls of methods go there; make it private, or a method")]
    public void What_can_not_be_isolated_is_reported(string member, string reason)
    {
        Generated generated = Subject($"[Isolated] internal partial class C {{ internal static void B() {{ }} {As("internal", member)} }}");

        Diagnostic reported = Assert.Single(generated.Diagnostics);
        Assert.Equal("VIA1010", reported.Id);
        Assert.Equal($"'C.A' can't be carried out in another process: {reason}. [InProcess] leaves a member in this one.", reported.GetMessage(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Empty(Subject($"[Isolated] internal partial class C {{ internal static void B() {{ }} [InProcess] {As("internal", member)} }}").Diagnostics);
        Assert.Empty(Subject($"[Isolated] internal partial class C {{ internal static void B() {{ }} {As("private", member)} }}").Diagnostics);
    }

    [Fact]
    public void A_class_that_is_marked_as_a_service_is_the_compilers_to_refuse_and_no_code_is_made_of_it()
    {
        Generated generated = Subject("[Service] public class C { public void A() { } }");

        Assert.Empty(generated.Diagnostics);
        Assert.Equal("CS0592", Assert.Single(generated.Complaints.Select(static complaint => complaint[complaint.IndexOf("CS", StringComparison.Ordinal)..][..6]).Distinct()));
    }

    private static string As(string access, string member) => member.Replace("static", $"{access} static", StringComparison.Ordinal);

    [Theory]
    [InlineData("[Isolated] internal static class C<T> { internal static void A() { } }", "VIA1010")]
    [InlineData("[Isolated] internal static class C { private static void A() { } }", "VIA1010")]
    [InlineData("internal static class O { [Isolated] private static class C { internal static void A() { } } }", "VIA1004")]
    [InlineData("[Isolated] internal static class C { internal static void A() { } internal static Action B() => A; }", "VIA1010")]
    [InlineData("[Isolated] internal static class C { internal static int A() => 1; } internal static class D { static Func<int> s_a = C.A; }", "VIA1011")]
    [InlineData("[Isolated] internal static class C { internal static int A() => 1; } internal static unsafe class D { static delegate*<int> A() => &C.A; }", "VIA1011")]
    [InlineData("[Isolated] public static class C { public static void A() { } }", "VIA1012")]
    public void A_class_that_can_not_be_isolated_is_reported(string code, string rule) => Assert.Equal(rule, Assert.Single(Subject(code).Diagnostics).Id);

    [Theory]
    [InlineData("class D { private class P : Tool; void B(Node n) => n.Isolate<S, P>(); }", "VIA1004", "'P' can't be reached by generated code: P is private; make it internal or public")]
    [InlineData("class D { protected class P : Tool; void B(Node n) => n.Isolate<S, P>(); }", "VIA1004", "'P' can't be reached by generated code: P is protected; make it internal or public")]
    [InlineData("class D { private class P { public class Q : Tool; } void B(Node n) => n.Isolate<S, P.Q>(); }", "VIA1004", "'Q' can't be reached by generated code: P is private; make it internal or public")]
    [InlineData("file class P : Tool; class D { void B(Node n) => n.Isolate<S, P>(); void C(Node n) => n.Isolate<S, P>(); }", "VIA1004", "'P' can't be reached by generated code: P is local to its file")]
    [InlineData("class P<T> : Tool; class D { private class Q; void B(Node n) => n.Isolate<S, P<List<Q[]>>>(); }", "VIA1004", "'Q' can't be reached by generated code: Q is private; make it internal or public")]
    [InlineData("class D { void B<T>(Node n) where T : class, S, new() => n.Isolate<S, T>(); }", "VIA1013", "'T' is not known where it is isolated, so that no child process can make it: name the types, or register each pair with IsolatedServices.Register")]
    [InlineData("class P<T> : Tool; class D<T> { void B(Node n) => n.Isolate<S, P<T[]>>(); }", "VIA1013", "'P<T[]>' is not known where it is isolated, so that no child process can make it: name the types, or register each pair with IsolatedServices.Register")]
    [InlineData("class D<T> { public class P : Tool; void B(Node n) => n.Isolate<S, P>(); }", "VIA1013", "'D<T>.P' is not known where it is isolated, so that no child process can make it: name the types, or register each pair with IsolatedServices.Register")]
    [InlineData("[Service] public interface R { void A(); } class P : R { public void A() { } [ModuleInitializer] internal static void M() => IsolatedServices.Register<R, P>(\"Subject\", static () => new P()); } class D { void B<T>(Node n) where T : class, S, new() => n.Isolate<S, T>(); }", "VIA1013", "'T' is not known where it is isolated, so that no child process can make it: name the types, or register each pair with IsolatedServices.Register")]
    public void What_no_child_process_can_make_is_reported_once(string code, string rule, string message)
    {
        Generated generated = Subject($"{Tool} {code}");

        Diagnostic reported = Assert.Single(generated.Diagnostics);
        Assert.Equal(rule, reported.Id);
        Assert.Equal(message, reported.GetMessage(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal("Subject0.cs", reported.Location.GetLineSpan().Path);
        Assert.Empty(generated.Complaints);
    }

    [Theory]
    [InlineData("CS0310", "abstract class P : Tool;")]
    [InlineData("CS0310", "class P(int a) : Tool { int B => a; }")]
    [InlineData("CS0310", "class P : Tool { internal P() { } }")]
    [InlineData("CS0310", "interface P : S;")]
    [InlineData("CS0311", "class P;")]
    [InlineData("CS0452", "struct P : S { public void A() { } }")]
    public void What_the_compiler_refuses_to_isolate_it_refuses_once(string error, string code)
    {
        Generated generated = Subject($"{Tool} {code} class D {{ void B(Node n) => n.Isolate<S, P>(); }}");

        Assert.Empty(generated.Diagnostics);
        Assert.Contains(error, Assert.Single(generated.Complaints), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("class D { private class P : Tool; [ModuleInitializer] internal static void R() => IsolatedServices.Register<S, P>(\"Subject\", static () => new P()); void B(Node n) => n.Isolate<S, P>(); }")]
    [InlineData("class P : Tool; class D { [ModuleInitializer] internal static void R() => IsolatedServices.Register<S, P>(\"Subject\", static () => new P()); void B<T>(Node n) where T : class, S, new() => n.Isolate<S, T>(); }")]
    [InlineData("class D<T> { public class P : Tool; } class E { void B(Node n) => n.Isolate<S, D<int>.P>(); }")]
    [InlineData("class P<T> : Tool; class D { void B(Node n) => n.Isolate<S, P<(int, List<string?>)>>(); }")]
    [InlineData("class N { public void Isolate<A, B>() { } } class D { private class P; void B(N n) => n.Isolate<S, P>(); }")]
    public void What_is_made_in_another_way_is_not(string code)
    {
        Generated generated = Subject($"{Tool} {code}");

        Assert.Empty(generated.Diagnostics);
        Assert.Empty(generated.Complaints);
    }

    [Theory]
    [InlineData("[Message] public record M(int A) { public int Twice => A * 2; }")]
    [InlineData("[Message] public class M { [Ignore] public Uri? A { get; set; } public static int B; private object? _c; public object? C() => _c; }")]
    [InlineData("[Message] public class M { internal M() { } public int A { get; internal set; } }")]
    [InlineData("[Message] public class M { public virtual int A { get; set; } } [Message] public class N : M { public override int A { get; set; } public new string ToString() => \"\"; }")]
    [InlineData("[Message] public struct M { public int A; public string? B; }")]
    [InlineData("[Message] public record M(int @event, string? @class, int value, int reader, int writer, int tag, int f1);")]
    [InlineData("[Message] public record M<T>(T? A, List<T> B, (T, T) C) where T : class, new();")]
    [InlineData("namespace A_B { [Message] public record C(int X); } namespace A { [Message] public record B_C(int X); }")]
    [InlineData("namespace System2 { public class String; } namespace Viaduct { public class ValueCodec; } [Message] public record M(string A, List<int> B);")]
    [InlineData("[Obsolete] [Message] public record M([property: Obsolete] int A);")]
    [InlineData("[Service] public interface S { void A(int call, int writer, int reader, int tag, int f1, int state, int @class, in int here); }")]
    [InlineData("[Service] public interface S { void A(); void B() => A(); static int C() => 1; }")]
    [InlineData("[Service] public interface S : IDisposable, IAsyncDisposable { void A(); }")]
    [InlineData("public interface R { void A(); } [Service] public interface S : R { [WireName(\"b\")] new void A(); }")]
    [InlineData("[Service] internal interface S { ValueTask A(Memory<byte> a, Memory<byte> b); Task<S> B(Memory<byte> a); ref struct T; }")]
    [InlineData("[Service] public interface S { void A(out string a, ref int? b, out List<int> c, out (int, string) d); }")]
    [InlineData("[Isolated] public static class C { internal static int A(int call, int writer, int @class, string? via_x, int s_class) => 1; } class D { int E() => C.A(1, 2, 3, null, 5); }")]
    [InlineData("[Isolated] internal static class C { internal static void A() { } internal static void A(int a) => A(); } class D { void E() { C.A(); C.A(1); } }")]
    [InlineData("[Isolated] internal static class C { internal static void A(out string? a, ref int[] b, scoped ReadOnlySpan<byte> c, (int X, int Y) d) => a = null; } class D { void E() { int[] b = []; C.A(out string? a, ref b, default, (1, 2)); } }")]
    [InlineData("namespace N { using static C; [Isolated] internal static class C { [Obsolete] internal static int A() => 1; } class D { [Obsolete] int E() => A(); } }")]
    [InlineData("[Service] public interface S { void A(); } [System.Diagnostics.CodeAnalysis.Experimental(\"EXP1\")] public class T : S { public void A() { } } class U { void V(Node node) => node.Isolate<S, T>(); }")]
    [InlineData("[Service] public interface S { void A(); } public class T : S { [System.Diagnostics.CodeAnalysis.Experimental(\"EXP1\")] public T() { } public void A() { } } class U { void V(Node node) => node.Isolate<S, T>(); }")]
    [InlineData("[Service] public interface S { void A(); } [System.Diagnostics.CodeAnalysis.Experimental(\"EXP1\")] public class O { [System.Diagnostics.CodeAnalysis.Experimental(\"EXP2\")] public class T<X> : S { public void A() { } } } class U { void V(Node node) => node.Isolate<S, O.T<int>>(); }")]
    public void What_is_unusual_is_generated_and_compiles_without_a_warning(string code)
    {
        Generated generated = Subject(code);

        Assert.Empty(generated.Diagnostics);
        Assert.DoesNotContain(generated.Complaints, static complaint => !complaint.Contains("Subject0.cs", StringComparison.Ordinal));
        Assert.NotEmpty(generated.Files);
    }

    [Theory]
    [InlineData("tools", true)]
    [InlineData("global,tools", false)]
    [InlineData("tools;global", false)]
    [InlineData("global;tools", false)]
    public void What_comes_by_an_extern_alias_alone_is_refused_where_it_is_isolated(string aliases, bool isRefused)
    {
        using TemporaryDirectory directory = TemporaryDirectory.Create();
        CSharpCompilation library = CSharpCompilation.Create(
            "Tools",
            [Generated.Parse("namespace Tools; public interface S { void A(); } public class Tool : S { public void A() { } }", "Tools.cs")],
            Analyzers.Code.References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        using var image = new MemoryStream();
        Assert.True(library.Emit(image, cancellationToken: TestContext.Current.CancellationToken).Success);

        // One file may be referenced more than once.
        string file = Path.Combine(directory.Path, "Tools.dll");
        File.WriteAllBytes(file, image.ToArray());
        PortableExecutableReference[] references = [.. aliases.Split(';').Select(one => MetadataReference.CreateFromFile(file, new MetadataReferenceProperties(aliases: [.. one.Split(',')])))];
        Generated generated = Generated.From(
            """
            extern alias tools;
            class U { void V(Viaduct.Node node) => Viaduct.Supervision.NodeIsolation.Isolate<tools::Tools.S, tools::Tools.Tool>(node); }
            """).Again(compilation => compilation.AddReferences(references));

        if (isRefused)
        {
            Diagnostic reported = Assert.Single(generated.Diagnostics);
            Assert.Equal("VIA1004", reported.Id);
            Assert.Equal(
                "'S' can't be reached by generated code: its assembly Tools goes by the extern alias tools alone; add the alias global to its reference, or register the pair by hand",
                reported.GetMessage(System.Globalization.CultureInfo.InvariantCulture));
            Assert.Equal("Subject0.cs", reported.Location.GetLineSpan().Path);
        }
        else
        {
            Assert.Empty(generated.Diagnostics);
        }

        Assert.Empty(generated.Complaints);
        Assert.Equal(isRefused, !generated.Files.Any());
    }

    internal static Generated Subject(string code) => Generated.From(
        $$"""
        #nullable enable
        using System;
        using System.Collections.Generic;
        using System.Runtime.CompilerServices;
        using System.Runtime.InteropServices;
        using System.Threading;
        using System.Threading.Tasks;
        using Viaduct;
        using Viaduct.Messages;
        using Viaduct.Rpc;
        using Viaduct.Supervision;

        {{code}}
        """);
}
