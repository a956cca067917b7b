namespace Viaduct.Generators;

/// <summary>Writes the contract of a service: its schema, its proxy and its dispatcher.</summary>
internal sealed class ContractWriter
{
    private readonly ServiceModel _service;
    private readonly Code _code = new("System.Threading", "System.Threading.Tasks", "Viaduct.Rpc");

    private ContractWriter(ServiceModel service)
    {
        _service = service;
    }

    /// <summary>The source of a service's contract.</summary>
    internal static string Write(ServiceModel service) => new ContractWriter(service).Write();

    private string Write()
    {
        string name = $"{_service.Prefix}Contract";
        _code.Line("[EditorBrowsable(EditorBrowsableState.Never)]");
        _code.Open($"internal sealed class {name} : ServiceContract<{_service.Type}>");
        _code.Line("private string? _schema;").Line();
        _code.Line($"public override string Name => {Code.Literal(_service.WireName)};").Line();
        _code.Line("public override string Schema => _schema ??= SchemaBuilder.TextOf(Describe);").Line();
        _code.Line($"public override {_service.Type} CreateProxy(ServiceConnection connection) => new Proxy(connection);").Line();
        _code.Line($"public override ServiceDispatcher CreateDispatcher({_service.Type} service) => new Dispatcher(service);").Line();
        _code.Line($"internal static void Describe(SchemaBuilder schema) => schema.Declare(\"service\", {Code.Literal(_service.WireName)}, DescribeMethods);").Line();
        _code.Line("[ModuleInitializer]");
        _code.Line($"internal static void Register() => ServiceContract.Register<{_service.Type}>(new {name}());").Line();
        WriteSchema();
        WriteMethods();
        WriteParts();
        WriteItems();
        new ProxyWriter(_service, _code).Write();
        new DispatcherWriter(_service, _code).Write();
        return _code.Close().ToString();
    }

    /// <summary>The codec of a field's type: the library's own, or one that is kept.</summary>
    internal static string Codec(MethodModel method, FieldModel field) =>
        field.Type.HasSimpleCodec ? field.Type.Codec : $"Parts.{Part(method, field)}";

    /// <summary>What the names of the codec of a stream's items, and of the methods that read and write one, end with.</summary>
    internal static string Item(MethodModel method, FieldModel? parameter) => $"{method.Unique}_{(parameter is null ? "result" : $"{parameter.Id}")}_Item";

    /// <summary>What a field belongs to, in errors.</summary>
    internal static string Owner(ServiceModel service, MethodModel method) => $"{service.WireName}.{method.WireName}";

    /// <summary>By the parameter's number: names may have underscores, so that "A_b" and "c" would be "A" and "b_c". The result has number 1, too.</summary>
    private static string Part(MethodModel method, FieldModel field) => $"{method.Unique}_{(field == method.ResultField ? "result" : $"{field.Id}")}";

    private void WriteSchema()
    {
        _code.Open("private static void DescribeMethods(SchemaBuilder schema)");
        foreach (MethodModel method in _service.Methods)
        {
            _code.Line($"schema.BeginMethod({Code.Literal(method.WireName)});");
            foreach (ParameterModel parameter in method.Parameters.Where(static parameter => parameter.Shape != ParameterShape.Cancellation).OrderBy(static parameter => parameter.Field.Id))
            {
                string name = $"{parameter.Field.Id}, {Code.Literal(parameter.Field.Name)}";
                _code.Line(parameter.Shape switch
                {
                    ParameterShape.Service => $"schema.ServiceParameter({name}, {Code.Literal(parameter.Service)});",
                    ParameterShape.Stream => $"schema.Parameter({name}, {parameter.Field.Type.Codec}, \"stream\");",
                    ParameterShape.ReadOnlySpan => $"schema.Parameter({name}, ValueCodec.Bytes);",
                    ParameterShape.Span or ParameterShape.Memory => $"schema.Parameter({name}, ValueCodec.Bytes, \"\", \"ref\");",
                    ParameterShape.Ref => $"schema.Parameter({name}, {parameter.Field.Type.Codec}, \"\", \"ref\");",
                    ParameterShape.Out => $"schema.Parameter({name}, {parameter.Field.Type.Codec}, \"\", \"out\");",
                    _ when parameter.Field.MayMiss => $"schema.Parameter({name}, {parameter.Field.Type.Codec}, \"\", \"default\");",
                    _ when parameter.Field.Given.Length > 0 => $"schema.Parameter({name}, {parameter.Field.Type.Codec}, \"\", \"default {parameter.Field.Given}\");",
                    _ => $"schema.Parameter({name}, {parameter.Field.Type.Codec});",
                });
            }

            string options = method.IsOneWay ? "oneway" : "";
            options += method.IsIdempotent ? options.Length > 0 ? " idempotent" : "idempotent" : "";
            _code.Line(method.Result switch
            {
                ResultShape.None => $"schema.EndMethod(\"\", \"{options}\");",
                ResultShape.Service => $"schema.EndMethod({Code.Literal("service " + method.Service)}, \"{options}\");",
                ResultShape.Stream => $"schema.EndMethod({method.Type!.Codec}, \"stream\", \"{options}\");",
                _ => $"schema.EndMethod({method.Type!.Codec}, \"\", \"{options}\");",
            });
        }

        foreach (string other in _service.Services)
        {
            _code.Line($"{other}.Describe(schema);");
        }

        _code.Close();
    }

    /// <summary>Before all that is named by users stands a word and an underscore: so it is never the name of the class around it or of a member of every object.</summary>
    private void WriteMethods()
    {
        _code.Line().Open("private static class Methods");
        foreach (MethodModel method in _service.Methods)
        {
            string options = (method.IsOneWay, method.IsIdempotent) switch
            {
                (true, true) => "ServiceMethodOptions.OneWay | ServiceMethodOptions.Idempotent",
                (true, false) => "ServiceMethodOptions.OneWay",
                (false, true) => "ServiceMethodOptions.Idempotent",
                _ => "default",
            };
            _code.Line($"internal static readonly ServiceMethod Method_{method.Unique} = new({Code.Literal(method.WireName)}, 0x{method.Id:x8}, {options});");
        }

        _code.Close();
    }

    /// <summary>The codecs of what methods take and give.</summary>
    private void WriteParts()
    {
        (string Name, string Declaration)[] parts =
        [
            .. from method in _service.Methods
               from field in FieldsOf(method)
               where !field.Type.HasSimpleCodec
               select (Part(method, field), $"ValueCodec<{field.Type.Name}> {Part(method, field)} = {field.Type.Codec};"),
            .. from item in Streams()
               select (item.Name, $"MessageCodec<{item.Type.Name}> {item.Name} = ValueCodec.Whole({item.Type.Codec});"),
        ];
        if (parts.Length > 0)
        {
            _code.Line().Open("private static class Parts");
            // A parameter that is the result but for its place has the same codec.
            foreach ((_, string declaration) in parts.Distinct())
            {
                _code.Line($"internal static readonly {declaration}");
            }

            _code.Close();
        }
    }

    /// <summary>What reads and writes the items of streams.</summary>
    private void WriteItems()
    {
        foreach ((string name, TypeModel type) in Streams())
        {
            _code.Line().Line($"private static {type.Name} ReadItem_{name}(ref WireReader reader) => Parts.{name}.Read(ref reader);");
            _code.Line().Line($"private static void WriteItem_{name}(ref WireWriter writer, {type.Name} item) => Parts.{name}.Write(ref writer, item);");
        }
    }

    private IEnumerable<(string Name, TypeModel Type)> Streams()
    {
        foreach (MethodModel method in _service.Methods)
        {
            foreach (ParameterModel parameter in method.Parameters.Where(static parameter => parameter.Shape == ParameterShape.Stream))
            {
                yield return (Item(method, parameter.Field), parameter.Field.Type);
            }

            if (method.Result == ResultShape.Stream)
            {
                yield return (Item(method, null), method.Type!);
            }
        }
    }

    private static IEnumerable<FieldModel> FieldsOf(MethodModel method)
    {
        foreach (ParameterModel parameter in method.Parameters.Where(static parameter => parameter.Shape is ParameterShape.Value or ParameterShape.Ref or ParameterShape.Out))
        {
            yield return parameter.Field;
        }

        if (method.ResultField is { } result)
        {
            yield return result;
        }
    }
}
