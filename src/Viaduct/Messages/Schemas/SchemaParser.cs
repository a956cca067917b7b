using System.Globalization;

namespace Viaduct.Messages;

/// <summary>Reads a <see cref="SchemaText"/>. The text may come from another program: its nesting is bounded, and each character is looked at a few times at most.</summary>
internal sealed class SchemaParser(string text)
{
    /// <summary>How deep types may lie in each other.</summary>
    private const int MaxDepth = 64;

    /// <summary>What ends a name outside of angle brackets.</summary>
    private const string Delimiters = " \n,:;(){}[]?";

    private int _at;
    private int _depth;

    public SchemaText Parse()
    {
        var declarations = new List<SchemaDeclaration>();
        do
        {
            declarations.Add(Declaration());
        }
        while (Skips('\n') || Skips(' '));

        return _at == text.Length ? new SchemaText(declarations) : throw Error("the end");
    }

    private SchemaDeclaration Declaration()
    {
        string word = Name("what is declared");
        Expect(' ');
        string name = Name("a name");
        switch (word)
        {
            case "message" or "struct" or "value":
                SchemaWord kind = word switch { "message" => SchemaWord.Message, "struct" => SchemaWord.Struct, _ => SchemaWord.Value };
                return new SchemaDeclaration { Word = kind, Name = name, Fields = Numbered(Block(Field, ',')) };
            case "union":
                return new SchemaDeclaration { Word = SchemaWord.Union, Name = name, Fields = Numbered(Block(Case, ',')) };
            case "service":
                return new SchemaDeclaration { Word = SchemaWord.Service, Name = name, Methods = Block(Method, ';') };
            case "enum":
                Expect(':');
                SchemaType underlying = Type();
                return new SchemaDeclaration { Word = SchemaWord.Enum, Name = name, Underlying = underlying, Members = Block(Member, ',') };
            default:
                throw Error("message, struct, union, value, enum or service");
        }
    }

    /// <summary>What stands in braces.</summary>
    private List<T> Block<T>(Func<T> item, char separator)
    {
        var items = new List<T>();
        Expect(' ');
        Expect('{');
        Expect(' ');
        if (!Skips('}'))
        {
            do
            {
                items.Add(item());
            }
            while (SkipsSeparator(separator));

            Expect(' ');
            Expect('}');
        }

        return items;
    }

    /// <summary>Fields, no two of one number.</summary>
    private List<SchemaField> Numbered(List<SchemaField> fields) =>
        fields.DistinctBy(static field => field.Id).Count() == fields.Count ? fields : throw Error("numbers that are each used once");

    private SchemaField Field()
    {
        int id = Number();
        Expect(' ');
        string name = Name("a name");
        Expect(':');
        SchemaType type = Type();
        string passing = Skips(" default") ? "default" : Skips(" ref") ? "ref" : Skips(" out") ? "out" : "";
        return new SchemaField(id, name, type, passing);
    }

    private SchemaField Parameter()
    {
        SchemaField field = Field();
        return field.HasDefault && Skips(' ') ? field with { Passing = "", Default = Name("a default") } : field;
    }

    private SchemaField Case()
    {
        int id = Number();
        Expect(' ');
        return new SchemaField(id, "", Type(), "");
    }

    private SchemaEnumMember Member()
    {
        string name = Name("a name");
        Expect(' ');
        Expect('=');
        Expect(' ');
        return new SchemaEnumMember(name, Name("a number"));
    }

    private SchemaMethod Method()
    {
        string name = Name("a method");
        var parameters = new List<SchemaField>();
        Expect('(');
        if (!Skips(')'))
        {
            do
            {
                parameters.Add(Parameter());
            }
            while (SkipsSeparator(','));

            Expect(')');
        }

        SchemaType? result = Skips(" -> ") ? Type() : null;
        bool isOneWay = Skips(" oneway");
        return new SchemaMethod(name, Numbered(parameters), result, isOneWay, Skips(" idempotent"));
    }

    private SchemaType Type()
    {
        if (++_depth > MaxDepth)
        {
            throw Error($"types at most {MaxDepth} deep in each other");
        }

        SchemaType type = Plain();
        _depth--;
        return Skips('?') ? type with { IsOptional = true } : type;
    }

    private SchemaType Plain()
    {
        if (Skips('['))
        {
            SchemaType element = Type();
            Expect(']');
            return new SchemaType(SchemaTypeKind.List, "", [element], false);
        }

        if (Skips('{'))
        {
            SchemaType key = Type();
            Expect(':');
            SchemaType value = Type();
            Expect('}');
            return new SchemaType(SchemaTypeKind.Map, "", [key, value], false);
        }

        if (Skips('('))
        {
            var items = new List<SchemaType>();
            do
            {
                items.Add(Type());
            }
            while (SkipsSeparator(','));

            Expect(')');
            return new SchemaType(SchemaTypeKind.Tuple, "", items, false);
        }

        if (Skips("stream "))
        {
            return new SchemaType(SchemaTypeKind.Stream, "", [Type()], false);
        }

        return Skips("service ")
            ? new SchemaType(SchemaTypeKind.Service, Name("a service"), [], false)
            : new SchemaType(SchemaTypeKind.Named, Name("a type"), [], false);
    }

    private int Number()
    {
        string digits = Name("a number");
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : throw Error("a number");
    }

    /// <summary>A name; of what stands in angle brackets nothing ends it.</summary>
    private string Name(string expected)
    {
        int start = _at;
        for (int brackets = 0; _at < text.Length && text[_at] != '\n'; _at++)
        {
            char letter = text[_at];
            brackets += letter switch { '<' => 1, '>' => -1, _ => 0 };
            if (brackets <= 0 && Delimiters.Contains(letter, StringComparison.Ordinal))
            {
                break;
            }
        }

        return _at > start ? text[start.._at] : throw Error(expected);
    }

    private bool Skips(char letter)
    {
        bool isThere = _at < text.Length && text[_at] == letter;
        _at += isThere ? 1 : 0;
        return isThere;
    }

    private bool Skips(string word)
    {
        bool isThere = text.AsSpan(_at).StartsWith(word, StringComparison.Ordinal);
        _at += isThere ? word.Length : 0;
        return isThere;
    }

    private bool SkipsSeparator(char separator)
    {
        if (!Skips(separator))
        {
            return false;
        }

        Expect(' ');
        return true;
    }

    private void Expect(char letter)
    {
        if (!Skips(letter))
        {
            throw Error($"'{letter}'");
        }
    }

    private ProtocolViolationException Error(string expected) => new($"A schema has at character {_at} something else than {expected}.");
}
