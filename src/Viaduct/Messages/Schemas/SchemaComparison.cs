namespace Viaduct.Messages;

/// <summary>
/// Compares what one end reads with what the other writes. Declarations are looked at in the order in which they are reached, each pair once, so a hostile
/// schema costs no more than its length.
/// </summary>
internal sealed class SchemaComparison(SchemaSide reader, SchemaSide writer)
{
    /// <summary>Types that each hold the values of those before them in the same form.</summary>
    private static readonly string[][] s_widening = [["i8", "i16", "i32", "i64"], ["u8", "u16", "u32", "u64"]];

    /// <summary>Words for types without a declaration. A field of one of these that isn't there has a value, unless it is text.</summary>
    private static readonly HashSet<string> s_words =
    [
        "bool", "char", "i8", "i16", "i32", "i64", "i128", "u8", "u16", "u32", "u64", "u128", "f16", "f32", "f64", "decimal", "guid", "datetime",
        "datetimeoffset", "timespan", "date", "time", "bytes", "blob",
    ];

    private readonly Queue<(SchemaSide Reader, SchemaDeclaration Read, SchemaSide Writer, SchemaDeclaration Written)> _pending = [];
    private readonly HashSet<(string Name, string Reader)> _seen = [];

    /// <summary>The first break, or null.</summary>
    public string? Run()
    {
        SchemaDeclaration read = reader.Text.Declarations[0];
        SchemaDeclaration written = writer.Text.Declarations[0];
        if (read.Name != written.Name)
        {
            return $"{written.Name} is {writer.Word}, and {read.Name} {reader.Word}.";
        }

        _pending.Enqueue((reader, read, writer, written));
        while (_pending.TryDequeue(out var pair))
        {
            if (Compare(pair.Reader, pair.Read, pair.Writer, pair.Written) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private string? Compare(SchemaSide r, SchemaDeclaration read, SchemaSide w, SchemaDeclaration written)
    {
        if (Form(read.Word) != Form(written.Word))
        {
            return $"{read.Name} is {written.Word} {w.Word} and {read.Word} {r.Word}.";
        }

        return read.Word switch
        {
            SchemaWord.Union => Cases(r, read, w, written),
            SchemaWord.Enum => TypeBreak(r, read.Underlying!, w, written.Underlying!, isElement: false, read.Name),
            SchemaWord.Service => Methods(r, read, w, written),
            _ => Fields(r, read.Fields, w, written.Fields, field => $"field {field} of {read.Name}"),
        };
    }

    private string? Fields(SchemaSide r, IReadOnlyList<SchemaField> read, SchemaSide w, IReadOnlyList<SchemaField> written, Func<string, string> named)
    {
        Dictionary<int, SchemaField> known = read.ToDictionary(static field => field.Id);
        foreach (SchemaField there in written)
        {
            if (known.Remove(there.Id, out SchemaField? here) && TypeBreak(r, here.Type, w, there.Type, isElement: false, named($"{there.Id} '{there.Name}'")) is { } found)
            {
                return found;
            }
        }

        SchemaField? missing = read.FirstOrDefault(field =>
            known.ContainsKey(field.Id) && field.Passing is not ("default" or "out") && !MayBeAbsent(r.Text, field.Type, []));
        return missing is null
            ? null
            : Sentence($"{named($"{missing.Id} '{missing.Name}'")} is not sent {w.Word}, and must be there {r.Word}: it is {missing.Type}, neither nullable nor with a default.");
    }

    private string? Cases(SchemaSide r, SchemaDeclaration read, SchemaSide w, SchemaDeclaration written)
    {
        foreach (SchemaField there in written.Fields)
        {
            string what = $"case {there.Id} of {read.Name}";
            string? found = read.Field(there.Id) is { } here
                ? TypeBreak(r, here.Type, w, there.Type, isElement: true, what)
                : Sentence($"{what} is {there.Type} {w.Word}, and not known {r.Word}.");
            if (found is not null)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>The reader carries out the calls of the writer.</summary>
    private string? Methods(SchemaSide callee, SchemaDeclaration offered, SchemaSide caller, SchemaDeclaration called)
    {
        Dictionary<string, SchemaMethod> byName = [];
        foreach (SchemaMethod method in offered.Methods)
        {
            byName.TryAdd(method.Name, method);
        }

        foreach (SchemaMethod there in called.Methods)
        {
            // A method that isn't there fails when it is called, and by its name.
            if (byName.TryGetValue(there.Name, out SchemaMethod? here)
                && MethodBreak(callee, here, caller, there, $"{offered.Name}.{there.Name}") is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private string? MethodBreak(SchemaSide callee, SchemaMethod offered, SchemaSide caller, SchemaMethod called, string name)
    {
        if (offered.IsOneWay != called.IsOneWay)
        {
            return $"{name} is one-way {(called.IsOneWay ? caller.Word : callee.Word)} only.";
        }

        string Parameter(string parameter) => $"parameter {parameter} of {name}";
        if (Fields(callee, offered.Parameters, caller, called.Parameters, Parameter) is { } argument)
        {
            return argument;
        }

        foreach (SchemaField expected in called.Parameters.Where(static parameter => parameter.ComesBack))
        {
            string what = Parameter($"{expected.Id} '{expected.Name}'");
            SchemaField? given = offered.Parameters.FirstOrDefault(parameter => parameter.Id == expected.Id && parameter.ComesBack);
            string? back = given is not null ? TypeBreak(caller, expected.Type, callee, given.Type, isElement: false, what)
                : expected.Passing == "out" && MayBeAbsent(caller.Text, expected.Type, []) ? null
                : Sentence($"{what} comes back {caller.Word}, and not {callee.Word}.");
            if (back is not null)
            {
                return back;
            }
        }

        string result = $"the result of {name}";
        return (called.Result, offered.Result) switch
        {
            (null, _) => null,
            ({ } expected, { } given) => TypeBreak(caller, expected, callee, given, isElement: false, result),
            ({ } expected, null) => Sentence($"{result} is {expected} {caller.Word}, and there is none {callee.Word}."),
        };
    }

    /// <summary>Compares two types of one thing; what they name is compared later.</summary>
    private string? TypeBreak(SchemaSide r, SchemaType read, SchemaSide w, SchemaType written, bool isElement, string what)
    {
        // A list's elements that may be null have another form than others.
        if (isElement ? read.IsOptional != written.IsOptional : written.IsOptional && !read.IsOptional)
        {
            return Sentence($"{what} is {written} {w.Word} and {read} {r.Word}.");
        }

        if (read.Kind != written.Kind || !SameName(read, written))
        {
            return Sentence($"{what} is {written} {w.Word} and {read} {r.Word}.");
        }

        switch (read.Kind)
        {
            case SchemaTypeKind.List:
                return TypeBreak(r, read.Arguments[0], w, written.Arguments[0], isElement: true, $"an element of {what}");
            case SchemaTypeKind.Stream:
                return TypeBreak(r, read.Arguments[0], w, written.Arguments[0], isElement: false, $"an item of {what}");
            case SchemaTypeKind.Map:
                return TypeBreak(r, read.Arguments[0], w, written.Arguments[0], isElement: false, $"a key of {what}")
                    ?? TypeBreak(r, read.Arguments[1], w, written.Arguments[1], isElement: false, $"a value of {what}");
            case SchemaTypeKind.Tuple:
                return Fields(r, Items(read), w, Items(written), item => $"item {item} of {what}");
            case SchemaTypeKind.Service:
                // Whoever writes a service carries it out, so it reads the calls.
                Enqueue(w, r, read.Name);
                return null;
            default:
                Enqueue(r, w, read.Name);
                return null;
        }
    }

    private void Enqueue(SchemaSide r, SchemaSide w, string name)
    {
        if (r.Text.Find(name) is { } read && w.Text.Find(name) is { } written && _seen.Add((name, r.Word)))
        {
            _pending.Enqueue((r, read, w, written));
        }
    }

    private static bool SameName(SchemaType read, SchemaType written) =>
        read.Name == written.Name
        || (read.Kind == SchemaTypeKind.Named && s_widening.Any(row => Array.IndexOf(row, written.Name) is >= 0 and var narrow && Array.IndexOf(row, read.Name) > narrow));

    private static SchemaField[] Items(SchemaType tuple) => [.. tuple.Arguments.Select(static (type, index) => new SchemaField(index + 1, "", type, ""))];

    /// <summary>Whether a field of that type has a value where it isn't there.</summary>
    private static bool MayBeAbsent(SchemaText text, SchemaType type, HashSet<string> within) => type.IsOptional || type.Kind switch
    {
        SchemaTypeKind.List or SchemaTypeKind.Map => true,
        SchemaTypeKind.Tuple => type.Arguments.All(item => MayBeAbsent(text, item, within)),
        SchemaTypeKind.Named when s_words.Contains(type.Name) => true,
        SchemaTypeKind.Named => text.Find(type.Name) switch
        {
            { Word: SchemaWord.Enum } => true,

            // A struct that lies in itself is none; the set only keeps a hostile text from going round for ever, and down too far.
            { Word: SchemaWord.Struct } inner => within.Count < 64 && within.Add(inner.Name)
                && inner.Fields.All(field => field.HasDefault || MayBeAbsent(text, field.Type, within)),
            _ => false,
        },
        _ => false,
    };

    /// <summary>Messages of classes and structs have the same form.</summary>
    private static SchemaWord Form(SchemaWord word) => word == SchemaWord.Struct ? SchemaWord.Message : word;

    private static string Sentence(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
