using Viaduct.Messages;

namespace Viaduct.Tests.Generators;

/// <summary>Two versions of the same messages and services, as old and new programs have them.</summary>
public sealed class EvolutionTests
{
    private const string Usings = "#nullable enable\nusing System;\nusing System.Collections.Generic;\nusing System.Threading;\nusing System.Threading.Tasks;\nusing Viaduct.Messages;\nusing Viaduct.Rpc;\n";

    [Theory]
    [InlineData("int A", "int A, int B")]
    [InlineData("int A", "int A, string? B")]
    [InlineData("int A", "int A, string B = \"b\"")]
    [InlineData("int A", "int A, List<string> B")]
    [InlineData("int A", "int A, P B")]
    [InlineData("int A", "int A, Dictionary<int, string> B, byte[] C, DateTime D, E F, (int, string?) G")]
    [InlineData("[property: Id(1)] int A, [property: Id(2)] string B = \"b\"", "[property: Id(1)] int A, [property: Id(3)] string C = \"c\"")]
    public void What_is_added_breaks_neither_end(string older, string newer)
    {
        (string first, string second) = (Message(older), Message(newer));

        Assert.Null(SchemaText.FindBreak(reader: first, writer: second));
        Assert.Null(SchemaText.FindBreak(reader: second, writer: first));
    }

    [Theory]
    [InlineData("int A", "long A")]
    [InlineData("byte A", "uint A")]
    [InlineData("string A", "string? A")]
    [InlineData("List<sbyte> A", "IEnumerable<int> A")]
    [InlineData("(int, short) A", "(int, int) A")]
    public void What_is_widened_can_be_read_by_the_wider_only(string narrower, string wider)
    {
        (string narrow, string wide) = (Message(narrower), Message(wider));

        Assert.Null(SchemaText.FindBreak(reader: wide, writer: narrow));
        Assert.NotNull(SchemaText.FindBreak(reader: narrow, writer: wide));
    }

    [Theory]
    [InlineData("int A", "string A", "Field 1 'A' of M is string there and i32 here.")]
    [InlineData("double Price", "decimal Price", "Field 1 'Price' of M is decimal there and f64 here.")]
    [InlineData("int A, string B", "int A", "Field 2 'B' of M is not sent there, and must be there here: it is string, neither nullable nor with a default.")]
    [InlineData("int A, Q B", "int A", "Field 2 'B' of M is not sent there, and must be there here: it is Q, neither nullable nor with a default.")]
    [InlineData("List<string> A", "List<string?> A", "An element of field 1 'A' of M is string? there and string here.")]
    [InlineData("List<int> A", "List<long> A", "An element of field 1 'A' of M is i64 there and i32 here.")]
    [InlineData("Dictionary<int, int> A", "Dictionary<int, int?> A", "A value of field 1 'A' of M is i32? there and i32 here.")]
    [InlineData("(int, int) A", "(int, bool) A", "Item 2 '' of field 1 'A' of M is bool there and i32 here.")]
    [InlineData("U A", "V A", "Field 1 'A' of M is V there and U here.")]
    [InlineData("E A", "int A", "Field 1 'A' of M is i32 there and E here.")]
    public void A_break_is_named(string reader, string writer, string expected) =>
        Assert.Equal(expected, SchemaText.FindBreak(Message(reader), Message(writer)));

    [Fact]
    public void A_case_that_the_reader_does_not_know_is_a_break_and_one_that_only_it_knows_is_none()
    {
        string older = Message("U A");
        string newer = Message("U A", cases: "[Union(2, typeof(D))]");

        Assert.Null(SchemaText.FindBreak(reader: newer, writer: older));
        Assert.Equal("Case 2 of U is D there, and not known here.", SchemaText.FindBreak(reader: older, writer: newer));
    }

    [Fact]
    public void A_break_is_found_however_deep_it_lies()
    {
        string narrow = Message("List<Dictionary<int, (int, M?)>> A, M? Next, R Deep", extra: "[Message] public sealed record R(int Z);");
        string wide = Message("List<Dictionary<int, (int, M?)>> A, M? Next, R Deep", extra: "[Message] public sealed record R(long Z);");

        Assert.Equal("Field 1 'Z' of R is i64 there and i32 here.", SchemaText.FindBreak(narrow, wide));
        Assert.Null(SchemaText.FindBreak(narrow, narrow));
    }

    [Fact]
    public void Messages_of_different_names_do_not_meet() =>
        Assert.Equal("Other is there, and M here.", SchemaText.FindBreak(Message("int A"), Message("int A").Replace("message M", "message Other", StringComparison.Ordinal)));

    [Theory]
    [InlineData("int A(int a);", "int A(int a, int b); void B();")]
    [InlineData("int A(int a);", "[Idempotent] int A(int a, string? b, CancellationToken token);")]
    [InlineData("int A(int a);", "int A(int a, string b = \"b\", bool c = false);")]
    [InlineData("void A();", "int A();")]
    [InlineData("Task<int> A();", "int A();")]
    public void What_is_added_to_a_service_breaks_nobody_who_calls_the_newer_one(string older, string newer)
    {
        (string first, string second) = (Service(older), Service(newer));

        Assert.Null(SchemaText.FindBreak(reader: second, writer: first));
    }

    [Theory]
    [InlineData("int A(string a);", "int A(int a);", "Parameter 1 'a' of S.A is i32 there and string here.")]
    [InlineData("void A(int a, string b);", "void A(int a);", "Parameter 2 'b' of S.A is not sent there, and must be there here: it is string, neither nullable nor with a default.")]
    [InlineData("long A();", "int A();", "The result of S.A is i64 here and i32 there.")]
    [InlineData("void A();", "int A();", "The result of S.A is i32 there, and there is none here.")]
    [InlineData("void A();", "[OneWay] void A();", "S.A is one-way there only.")]
    [InlineData("void A(Memory<byte> a);", "void A(ReadOnlyMemory<byte> a);", null)]
    [InlineData("void A(ReadOnlyMemory<byte> a);", "void A(Memory<byte> a);", "Parameter 1 'a' of S.A comes back there, and not here.")]
    [InlineData("IAsyncEnumerable<int> A();", "int A();", "The result of S.A is stream i32 here and i32 there.")]
    [InlineData("void A(I a);", "void A(int a);", "Parameter 1 'a' of S.A is i32 there and service I here.")]
    public void A_break_of_a_service_is_named(string callee, string caller, string? expected) =>
        Assert.Equal(expected, SchemaText.FindBreak(reader: Service(callee), writer: Service(caller)));

    [Fact]
    public void A_service_that_is_passed_is_compared_the_other_way_round()
    {
        string callee = Service("void A(I a);", inner: "void X(int a, string b);");
        string caller = Service("void A(I a);", inner: "void X(int a);");

        // The callee calls what the caller carries out: it sends a parameter that is not known there, which breaks nothing.
        Assert.Null(SchemaText.FindBreak(reader: callee, writer: caller));
        Assert.Equal(
            "Parameter 2 'b' of I.X is not sent here, and must be there there: it is string, neither nullable nor with a default.",
            SchemaText.FindBreak(reader: caller, writer: callee));
    }

    [Fact]
    public void Bytes_of_an_older_program_are_read_by_a_newer_one_and_the_other_way_round()
    {
        byte[] older = Wire.Bytes(static (ref WireWriter writer) =>
        {
            writer.WriteString(1, "nail");
            writer.Write(2, 2m, ValueCodec.Decimal);
        });
        Assert.Equal(new Line("nail", 2m, 0, "piece"), Wire.Read<Line>(older));

        byte[] newer = Wire.Bytes(static (ref WireWriter writer) =>
        {
            writer.WriteInt32(1, 5);
            writer.WriteBoolean(3, true);
            writer.WriteDouble(4, 1);
            writer.WriteSingle(5, 1);
            writer.WriteString(6, "new");
            writer.BeginObject(7);
            writer.WriteInt32(1, 1);
            writer.EndObject();
            writer.Write(8, [[1], [2, 3]], ValueCodec.List(ValueCodec.Array(ValueCodec.Int32)));
        });
        Assert.Equal(new Point(5, 0), Wire.Read<Point>(newer));
    }

    [Fact]
    public void A_text_or_message_that_is_not_there_is_an_error_that_names_it()
    {
        ProtocolViolationException error = Assert.Throws<ProtocolViolationException>(() => Wire.Read<Line>([]));
        Assert.Contains("Line.Article", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_schema_reads_as_it_is_written()
    {
        string text = GeneratedCodecs.Get<Lists>().Schema;
        SchemaText schema = SchemaText.Parse(text);

        Assert.StartsWith("message Viaduct.Tests.Generators.Lists { 1 Array:[i32], ", text, StringComparison.Ordinal);
        Assert.Contains("22 Tuple:(i32, string, [(bool, Viaduct.Tests.Generators.Point)])", text, StringComparison.Ordinal);
        Assert.Contains(" enum Viaduct.Tests.Generators.Color:u8 { None = 0, Red = 1, Green = 2 }", text, StringComparison.Ordinal);
        Assert.Equal(text, string.Join(' ', schema.Declarations.Select(Written)));
    }

    private static string Written(SchemaDeclaration declaration)
    {
        IEnumerable<string> items = declaration.Word == SchemaWord.Enum
            ? declaration.Members.Select(static member => $"{member.Name} = {member.Value}")
            : declaration.Fields.Select(static field => $"{field.Id} {field.Name}:{field.Type}{(field.Passing.Length == 0 ? "" : " " + field.Passing)}");
        string head = declaration.Word.ToString().ToLowerInvariant() + " " + declaration.Name + (declaration.Underlying is { } underlying ? $":{underlying}" : "");
        return $"{head} {{ {string.Join(", ", items)} }}";
    }

    private static string Message(string parameters, string cases = "", string extra = "") => SchemaOf(
        $$"""
        {{Usings}}
        public enum E { None }
        [Message] public sealed record M({{parameters}});
        [Message] public readonly record struct P(int X, string? Y);
        [Message] public sealed record Q(int X);
        [Message] [Union(1, typeof(C))] {{cases}} public abstract record U;
        [Message] public sealed record C : U;
        [Message] public sealed record D : U;
        [Message] public sealed record V;
        {{extra}}
        public static class Program { public static string Schema() => GeneratedCodecs.Get<M>().Schema; }
        """);

    private static string Service(string methods, string inner = "void X();") => SchemaOf(
        $$"""
        {{Usings}}
        [Service] public interface S { {{methods}} }
        [Service] public interface I { {{inner}} }
        public static class Program { public static string Schema() => ServiceContract.Of<S>().Schema; }
        """);

    private static string SchemaOf(string source)
    {
        Generated generated = Generated.From(source);
        Assert.Empty(generated.Diagnostics);
        return (string)generated.Load().GetType("Program")!.GetMethod("Schema")!.Invoke(null, null)!;
    }
}
