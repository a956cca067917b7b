namespace Viaduct.Generators;

/// <summary>Writes the codec of a message or a union.</summary>
internal sealed class MessageWriter
{
    private readonly MessageModel _message;
    private readonly Code _code = new();
    private readonly string _self;

    private MessageWriter(MessageModel message)
    {
        _message = message;
        _self = message.IsGeneric ? $"{message.Codec}<{string.Join(", ", message.Parameters.Select(Code.Identifier))}>" : message.Codec;
    }

    /// <summary>The source of a message's codec.</summary>
    internal static string Write(MessageModel message) => new MessageWriter(message).Write();

    /// <summary>The name of the file for it.</summary>
    internal static string FileName(MessageModel message) => message.IsGeneric ? $"{message.Codec}_{message.Parameters.Count}.g.cs" : $"{message.Codec}.g.cs";

    private string Write()
    {
        string arguments = _message.IsGeneric
            ? $"({string.Join(", ", _message.Parameters.Select(static parameter => $"ValueCodec<{Code.Identifier(parameter)}> {Argument(parameter)}"))})" : "";
        string access = _message.IsGeneric && _message.IsPublic ? "public" : "internal";
        _code.Line("[EditorBrowsable(EditorBrowsableState.Never)]");
        _code.Open($"{access} sealed class {_self}{arguments} : MessageCodec<{_message.Type}>{_message.Constraints}");
        WriteNames();
        if (_message.Cases.Count > 0)
        {
            WriteUnion();
        }
        else
        {
            WriteMessage();
        }

        WriteSchema();
        WriteParts();
        return _code.Close().ToString();
    }

    private void WriteNames()
    {
        if (_message.IsGeneric)
        {
            foreach (string parameter in _message.Parameters)
            {
                _code.Line($"private readonly ValueCodec<{Code.Identifier(parameter)}> {TypeReader.Member(parameter)} = {Argument(parameter)};");
            }

            string arguments = string.Join(",", _message.Parameters.Select(static parameter => $"{{{Argument(parameter)}.TypeName}}"));
            _code.Line().Line($"public override string TypeName {{ get; }} = $\"{_message.WireName}<{arguments}>\";");
        }
        else
        {
            _code.Line($"internal static readonly {_self} Instance = new();").Line();
            _code.Line($"public override string TypeName => {Code.Literal(_message.WireName)};");
        }

        string word = _message.Cases.Count > 0 ? "union" : _message.IsStruct ? "struct" : "message";
        if (word != "message")
        {
            _code.Line().Line($"protected override string Word => \"{word}\";");
        }
    }

    private void WriteMessage()
    {
        _code.Line().Open($"public override void Write(ref WireWriter writer, in {_message.Type} value)");
        if (!_message.IsStruct && !_message.IsSealed)
        {
            _code.Open($"if (value.GetType() != typeof({_message.Type}))").Line("throw GeneratedCode.WrongType(TypeName, value);").Close().Line();
        }

        foreach (MemberModel member in _message.Members)
        {
            _code.Line(Fields.Write(member.Field, $"value.{member.Field.Identifier}", Codec(member.Field), _message.WireName));
        }

        _code.Close().Line().Open($"public override {_message.Type} Read(ref WireReader reader)");
        foreach (string line in _message.Members.SelectMany(static member => Fields.Declare(member.Field)))
        {
            _code.Line(line);
        }

        _code.Open("while (reader.TryReadTag(out uint tag))").Open("switch (tag)");
        foreach (MemberModel member in _message.Members)
        {
            _code.Case(Fields.Label(member.Field, Codec(member.Field)), Fields.Read(member.Field, Codec(member.Field)));
        }

        _code.Case("default:", $"Skip(ref reader, tag, {Fields.IsKnown(_message.Members.Select(static member => member.Field.Id))});");
        _code.Close().Close().Line();
        WriteConstruction();
        _code.Close();
        foreach (MemberModel member in _message.Members.Where(static member => member.Accessor.Length > 0))
        {
            _code.Line().Line(
                $"[UnsafeAccessor(UnsafeAccessorKind.Method, Name = {Code.Literal("set_" + member.Field.Name)})]");
            _code.Line($"private static extern void Set_{member.Field.Name}({(_message.IsStruct ? "ref " : "")}{member.Accessor} target, {member.Field.Type.Name} value);");
        }
    }

    private void WriteConstruction()
    {
        string[] arguments =
            [.. _message.Members.Where(static member => member.Argument >= 0).OrderBy(static member => member.Argument).Select(member => Result(member))];
        MemberModel[] set = [.. _message.Members.Where(static member => member.Argument < 0 && !member.KeepsInitial)];
        MemberModel[] kept = [.. _message.Members.Where(static member => member.KeepsInitial)];
        string type = _message.Type;
        string begin = kept.Length == 0 ? "return" : $"{type} result =";
        if (set.Length == 0 && arguments.Length == 0)
        {
            _code.Line($"{begin} new {type}();");
        }
        else
        {
            _code.Line($"{begin} new {type}(").Items(arguments, set.Length == 0 ? ");" : ")");
            if (set.Length > 0)
            {
                _code.Line("{").Items([.. set.Select(member => $"{member.Field.Identifier} = {Result(member)}")], "").Line("};");
            }
        }

        foreach (MemberModel member in kept)
        {
            string assignment = member.Accessor.Length > 0
                ? $"Set_{member.Field.Name}({(_message.IsStruct ? "ref " : "")}result, {member.Field.Local});"
                : $"result.{member.Field.Identifier} = {member.Field.Local};";
            _code.Open($"if ({member.Field.Local} is not null)").Line(assignment).Close().Line();
        }

        if (kept.Length > 0)
        {
            _code.Line("return result;");
        }
    }

    private void WriteUnion()
    {
        _code.Line().Open($"public override void Write(ref WireWriter writer, in {_message.Type} value)").Open("switch (value)");
        foreach (CaseModel one in _message.Cases.OrderByDescending(static one => one.Depth))
        {
            _code.Case($"case {one.Type.Name} one:", $"writer.Write({one.Id}, one, {Codec(one)});");
        }

        _code.Line("default:").Continued("throw GeneratedCode.WrongType(TypeName, value);");
        _code.Close().Close();
        _code.Line().Open($"public override {_message.Type} Read(ref WireReader reader)");
        _code.Line($"{_message.Type}? value = null;");
        _code.Open("while (reader.TryReadTag(out uint tag))").Line("value = value is not null ? throw GeneratedCode.UnknownCase(TypeName, tag) : tag switch").Line("{");
        foreach (CaseModel one in _message.Cases)
        {
            _code.Continued($"{(one.Id << 3) | WireKinds.Object} => {Codec(one)}.ReadValue(ref reader), // {one.Id}");
        }

        _code.Continued("_ => throw GeneratedCode.UnknownCase(TypeName, tag),").Line("};").Close().Line();
        _code.Line("return value ?? throw GeneratedCode.UnknownCase(TypeName, 0);").Close();
    }

    private void WriteSchema()
    {
        _code.Line().Open("protected override void DescribeFields(SchemaBuilder schema)");
        foreach (MemberModel member in _message.Members)
        {
            bool hasDefault = member.KeepsInitial || member.Field.MayMiss;
            _code.Line($"schema.Field({member.Field.Id}, {Code.Literal(member.Field.Name)}, {Codec(member.Field)}{(hasDefault ? ", hasDefault: true" : "")});");
        }

        foreach (CaseModel one in _message.Cases)
        {
            _code.Line($"schema.Case({one.Id}, {Codec(one)});");
        }

        _code.Close();
    }

    /// <summary>
    /// The codecs of the members' types: of a generic message made when first used, since its type arguments' codecs are the instance's own; of any other
    /// in a class of their own, so that messages may contain each other.
    /// </summary>
    private void WriteParts()
    {
        (string Name, TypeModel Type)[] parts =
        [
            .. _message.Members.Where(static member => NeedsPart(member.Field)).Select(static member => (member.Field.Name, member.Field.Type)),
            .. _message.Cases.Where(static one => one.Type.Codec.StartsWith("new ", StringComparison.Ordinal)).Select(static one => ($"Case{one.Id}", one.Type)),
        ];
        if (parts.Length == 0)
        {
            WriteRegistration();
            return;
        }

        if (_message.IsGeneric)
        {
            foreach ((string name, TypeModel type) in parts)
            {
                _code.Line().Line($"private ValueCodec<{type.Name}>? _part_{name};");
                _code.Line().Line($"private ValueCodec<{type.Name}> Part_{name} => _part_{name} ??= {type.Codec};");
            }

            return;
        }

        WriteRegistration();
        _code.Line().Open("private static class Parts");
        foreach ((string name, TypeModel type) in parts)
        {
            _code.Line($"internal static readonly ValueCodec<{type.Name}> Part_{name} = {type.Codec};");
        }

        _code.Close();
    }

    private void WriteRegistration()
    {
        if (!_message.IsGeneric)
        {
            _code.Line().Line("[ModuleInitializer]");
            _code.Line("internal static void Register() => GeneratedCodecs.Register(Instance);");
        }
    }

    private string Codec(FieldModel field) => !NeedsPart(field) ? field.Type.Codec : Part(field.Name);

    private string Codec(CaseModel one) => one.Type.Codec.StartsWith("new ", StringComparison.Ordinal) ? Part($"Case{one.Id}") : one.Type.Codec;

    private string Part(string name) => _message.IsGeneric ? $"Part_{name}" : $"Parts.Part_{name}";

    private string Result(MemberModel member) => Fields.Result(member.Field, Codec(member.Field), _message.WireName);

    /// <summary>Whether a codec is to be kept: it is not there yet, or looking for it takes time.</summary>
    private static bool NeedsPart(FieldModel field) => !field.Type.HasSimpleCodec;

    private static string Argument(string parameter) => $"codecOf{parameter}";
}
