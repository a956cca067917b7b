namespace Viaduct.Generators;

/// <summary>Writes what carries out the calls of others on an object.</summary>
internal sealed class DispatcherWriter(ServiceModel service, Code code)
{
    internal void Write()
    {
        code.Line().Open($"private sealed class Dispatcher({service.Type} service) : ServiceDispatcher");
        code.Line("public override ValueTask DispatchAsync(ServiceRequest request) => request.Method switch").Line("{");
        foreach (MethodModel method in service.Methods)
        {
            code.Continued($"0x{method.Id:x8} => Dispatch_{method.Unique}(request),");
        }

        code.Continued("_ => request.UnknownMethod(),").Line("};");
        foreach (MethodModel method in service.Methods)
        {
            WriteDispatch(method);
            if (method.HasAnswer)
            {
                WriteAnswer(method);
            }

            if (method.IsAsync)
            {
                WriteAwait(method);
            }
        }

        code.Close();
    }

    private void WriteDispatch(MethodModel method)
    {
        code.Line().Open($"private ValueTask Dispatch_{method.Unique}(ServiceRequest request)");
        foreach (string line in method.Sent.SelectMany(static parameter => Declare(parameter)))
        {
            code.Line(line);
        }

        ParameterModel[] rented = [.. method.Sent.Where(static parameter => parameter.Shape == ParameterShape.Span)];
        if (rented.Length > 0)
        {
            code.Open("try");
        }

        WriteArguments(method);
        foreach (ParameterModel parameter in method.Sent.Where(static parameter => IsVariable(parameter)))
        {
            code.Line($"{parameter.Field.Type.Name} r{parameter.Field.Id} = {Value(method, parameter)};");
        }

        WriteCall(method);
        if (rented.Length > 0)
        {
            code.Close().Open("finally");
            foreach (ParameterModel parameter in rented)
            {
                code.Line($"{parameter.Field.Local}.Dispose();");
            }

            code.Close();
        }

        code.Close();
    }

    private static IEnumerable<string> Declare(ParameterModel parameter) => parameter.Shape switch
    {
        ParameterShape.ReadOnlySpan => [$"ReadOnlySpan<byte> {parameter.Field.Local} = default;"],
        ParameterShape.Span => [$"RentedBytes {parameter.Field.Local} = default;"],
        ParameterShape.Memory => [$"Memory<byte> {parameter.Field.Local} = default;"],
        ParameterShape.Service => [$"{parameter.Field.Type.Name}? {parameter.Field.Local} = null;"],
        ParameterShape.Stream => [$"global::System.Collections.Generic.IAsyncEnumerable<{parameter.Field.Type.Name}>? {parameter.Field.Local} = null;"],
        _ => Fields.Declare(parameter.Field),
    };

    private void WriteArguments(MethodModel method)
    {
        if (!method.Sent.Any())
        {
            return;
        }

        code.Line("WireReader reader = request.Arguments;");
        code.Open("while (reader.TryReadTag(out uint tag))").Open("switch (tag)");
        foreach (ParameterModel parameter in method.Sent)
        {
            FieldModel field = parameter.Field;
            string codec = ContractWriter.Codec(method, field);
            string any = $"case uint any{field.Id} when any{field.Id} >> 3 == {field.Id}:";
            switch (parameter.Shape)
            {
                case ParameterShape.ReadOnlySpan:
                    code.Case(Fields.Label(field, codec), $"{field.Local} = reader.ReadBytes();");
                    break;
                case ParameterShape.Span:
                    code.Case(Fields.Label(field, codec), $"{field.Local}.Dispose();", $"{field.Local} = new RentedBytes(reader.ReadBytes());");
                    break;
                case ParameterShape.Memory:
                    code.Case(Fields.Label(field, codec), $"{field.Local} = request.ReadMemory(ref reader);");
                    break;
                case ParameterShape.Service:
                    code.Case(any, $"{field.Local} = request.ReadService<{field.Type.Name}>(ref reader);");
                    break;
                case ParameterShape.Stream:
                    code.Case(any, $"{field.Local} = request.ReadStream<{field.Type.Name}>(ref reader, ReadItem_{ContractWriter.Item(method, field)});");
                    break;
                default:
                    code.Case(Fields.Label(field, codec), Fields.Read(field, codec));
                    break;
            }
        }

        code.Case("default:", $"GeneratedCode.Skip(ref reader, tag, {Fields.IsKnown(method.Sent.Select(static parameter => parameter.Field.Id))}, {Code.Literal(Owner(method))});");
        code.Close().Close().Line();
    }

    private void WriteCall(MethodModel method)
    {
        string called = $"{Target(method)}.{Code.Identifier(method.Name)}({string.Join(", ", method.Parameters.Select(parameter => Argument(method, parameter)))})";
        if (method.Result == ResultShape.Stream)
        {
            code.Line($"return request.ReturnStream<{method.Type!.Name}>({called}, WriteItem_{ContractWriter.Item(method, null)});");
            return;
        }

        if (!method.IsAsync)
        {
            string result = method.Result == ResultShape.None ? "" : $"{ResultType(method)} result = ";
            code.Line($"{result}{called};");
            WriteAnswered(method, "result");
            code.Line("return default;");
            return;
        }

        code.Line($"{method.Returns} task = {called};");
        code.Open("if (task.IsCompletedSuccessfully)");
        string taken = method.Result == ResultShape.None ? "task.GetAwaiter().GetResult();" : $"{ResultType(method)} result = task.GetAwaiter().GetResult();";
        code.Line(taken);
        WriteAnswered(method, "result");
        code.Line("return default;").Close().Line();
        string[] given = ["request", "task", .. method.Back.Select(static parameter => parameter.Field.Local)];
        code.Line($"return Await_{method.Unique}({string.Join(", ", given)});");
    }

    /// <summary>The rest of a call that did not end at once.</summary>
    private void WriteAwait(MethodModel method)
    {
        string[] parameters = ["ServiceRequest request", $"{method.Returns} task", .. method.Back.Select(static parameter => $"Memory<byte> {parameter.Field.Local}")];
        code.Line().Line("[AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]");
        code.Open($"private static async ValueTask Await_{method.Unique}({string.Join(", ", parameters)})");
        code.Line(method.Result == ResultShape.None ? "await task.ConfigureAwait(false);" : $"{ResultType(method)} result = await task.ConfigureAwait(false);");
        WriteAnswered(method, "result");
        code.Close();
    }

    private void WriteAnswered(MethodModel method, string result)
    {
        if (method.HasAnswer)
        {
            string[] given =
            [
                "request",
                .. method.Result == ResultShape.None ? [] : new[] { result },
                .. method.Back.Select(parameter => parameter.Shape switch
                {
                    ParameterShape.Span => $"in {parameter.Field.Local}",
                    ParameterShape.Memory => parameter.Field.Local,
                    _ => $"r{parameter.Field.Id}",
                }),
            ];
            code.Line($"Answer_{method.Unique}({string.Join(", ", given)});");
        }
    }

    /// <summary>What writes the answer.</summary>
    private void WriteAnswer(MethodModel method)
    {
        string[] parameters =
        [
            "ServiceRequest request",
            .. method.Result == ResultShape.None ? [] : new[] { $"{ResultType(method)} result" },
            .. method.Back.Select(parameter =>
                $"{parameter.Shape switch { ParameterShape.Span => "scoped in RentedBytes", ParameterShape.Memory => "Memory<byte>", _ => parameter.Field.Type.Name }} r{parameter.Field.Id}"),
        ];
        code.Line().Open($"private static void Answer_{method.Unique}({string.Join(", ", parameters)})");
        code.Line("WireWriter writer = new(request.Result);");
        if (method.ResultField is { } result)
        {
            code.Line(Fields.Write(result, "result", ContractWriter.Codec(method, result), Owner(method)));
        }
        else if (method.Result == ResultShape.Service)
        {
            code.Line($"request.WriteService<{method.ServiceType}>(ref writer, 1, result);");
        }

        foreach (ParameterModel parameter in method.Back)
        {
            string value = $"r{parameter.Field.Id}";
            code.Line(parameter.Shape switch
            {
                ParameterShape.Span => $"writer.WriteBytes({parameter.Back.Id}, in {value});",
                ParameterShape.Memory => $"request.WriteMemory(ref writer, {parameter.Back.Id}, {value});",
                _ => Fields.Write(parameter.Back, value, ContractWriter.Codec(method, parameter.Field), Owner(method)),
            });
        }

        code.Line("writer.Flush();").Close();
    }

    private string Argument(MethodModel method, ParameterModel parameter) => parameter.Shape switch
    {
        ParameterShape.Cancellation => "request.CancellationToken",
        ParameterShape.Out => $"out {parameter.Field.Type.Name} r{parameter.Field.Id}",
        ParameterShape.Ref => $"ref r{parameter.Field.Id}",
        _ when IsVariable(parameter) => $"in r{parameter.Field.Id}",
        _ => Value(method, parameter),
    };

    private string Value(MethodModel method, ParameterModel parameter)
    {
        FieldModel field = parameter.Field;
        string name = Code.Literal($"{Owner(method)}.{field.Name}");
        return parameter.Shape switch
        {
            ParameterShape.ReadOnlySpan or ParameterShape.Memory => field.Local,
            ParameterShape.Span => $"{field.Local}.Span",
            ParameterShape.Service when parameter.Service.EndsWith("?", StringComparison.Ordinal) => field.Local,
            ParameterShape.Service => $"{field.Local} ?? GeneratedCode.Missing<{field.Type.Name}>({name})",
            ParameterShape.Stream => $"{field.Local} ?? GeneratedCode.Missing<global::System.Collections.Generic.IAsyncEnumerable<{field.Type.Name}>>({name})",
            _ => Fields.Result(field, ContractWriter.Codec(method, field), Owner(method)),
        };
    }

    /// <summary>Whether it is passed by reference.</summary>
    private static bool IsVariable(ParameterModel parameter) =>
        parameter.Shape == ParameterShape.Ref || (parameter.Shape == ParameterShape.Value && parameter.Declared.StartsWith("ref readonly ", StringComparison.Ordinal));

    private static string ResultType(MethodModel method) => method.Result == ResultShape.Service
        ? method.Service.EndsWith("?", StringComparison.Ordinal) ? method.ServiceType + "?" : method.ServiceType
        : method.Type!.Name;

    private string Target(MethodModel method) => method.Owner == service.Type ? "service" : $"(({method.Owner})service)";

    private string Owner(MethodModel method) => ContractWriter.Owner(service, method);
}
