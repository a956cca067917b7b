namespace Viaduct.Generators;

/// <summary>Writes what calls a service from afar.</summary>
internal sealed class ProxyWriter(ServiceModel service, Code code)
{
    /// <summary>The token of a method that takes none.</summary>
    private const string None = "default";

    internal void Write()
    {
        code.Line().Open($"private sealed class Proxy(ServiceConnection connection) : ServiceProxy(connection), {service.Type}");
        bool isFirst = true;
        foreach (MethodModel method in service.Methods)
        {
            if (!isFirst)
            {
                code.Line();
            }

            isFirst = false;
            string parameters = string.Join(", ", method.Parameters.Select(static parameter => $"{parameter.Declared} {Name(parameter)}"));
            code.Open($"{method.Returns} {method.Owner}.{Code.Identifier(method.Name)}({parameters})");
            if (method.IsAsync || method.Result == ResultShape.Stream)
            {
                WriteLate(method);
            }
            else
            {
                WriteNow(method);
            }

            code.Close();
            if (method.IsAsync && method.HasAnswer)
            {
                WriteReader(method);
            }
        }

        code.Close();
    }

    /// <summary>A method that blocks.</summary>
    private void WriteNow(MethodModel method)
    {
        if (method.IsOneWay)
        {
            WriteArguments(method, "ServiceCall call");
            code.Line($"call.Send({Token(method)});");
            return;
        }

        if (method.IsPromise)
        {
            WriteArguments(method, "ServiceCall call");
            code.Line($"return call.InvokePromise<{method.ServiceType}>({Token(method)});");
            return;
        }

        WriteBegin(method, "ServiceCall call");
        code.Open("try");
        WriteFields(method);
        WriteInvoke(method);
        code.Close().Open("finally").Line("call.Dispose();").Close();
    }

    private void WriteInvoke(MethodModel method)
    {
        if (!method.HasAnswer)
        {
            code.Line($"call.Invoke({Token(method)});");
            return;
        }

        code.Line($"WireReader reader = call.Invoke({Token(method)});");
        WriteAnswer(method, "call", static parameter => Name(parameter) + (parameter.Shape == ParameterShape.Memory ? ".Span" : ""));
        foreach (ParameterModel parameter in method.Back.Where(static parameter => parameter.Shape is ParameterShape.Ref or ParameterShape.Out))
        {
            code.Line($"{Name(parameter)} = {Fields.Result(parameter.Back, ContractWriter.Codec(method, parameter.Field), Owner(method))};");
        }

        WriteReturn(method);
    }

    /// <summary>A method whose result comes later.</summary>
    private void WriteLate(MethodModel method)
    {
        WriteArguments(method, "ServiceCall call");
        string token = Token(method);
        if (method.Result == ResultShape.Stream)
        {
            code.Line($"return call.InvokeStream<{method.Type!.Name}>(ReadItem_{ContractWriter.Item(method, null)}, {token});");
            return;
        }

        string invoked = method.IsOneWay ? $"call.SendAsync({token})"
            : method.HasAnswer ? $"call.InvokeAsync<{StateType(method)}, {AnswerType(method)}>(Read_{method.Unique}, {State(method)}, {token})"
            : $"call.InvokeAsync({token})";
        bool isDropped = method.HasAnswer && method.Result == ResultShape.None;
        code.Line(method.Task == "Task" ? $"return {invoked}.AsTask();" : isDropped ? $"return GeneratedCode.WithoutResult({invoked});" : $"return {invoked};");
    }

    /// <summary>What reads the answer of a method whose result comes later.</summary>
    private void WriteReader(MethodModel method)
    {
        code.Line().Open($"private static {AnswerType(method)} Read_{method.Unique}(ref WireReader reader, {StateType(method)} state)");
        string[] parts = [.. StateParts(method).Select(static part => part.Name)];
        WriteAnswer(
            method,
            parts.Length == 1 ? "state" : "state.call",
            parameter => parts.Length == 1 ? "state.Span" : $"state.{Name(parameter)}.Span");
        if (method.Result == ResultShape.None)
        {
            code.Line("return 0;");
        }
        else
        {
            WriteReturn(method);
        }

        code.Close();
    }

    private void WriteReturn(MethodModel method)
    {
        if (method.ResultField is { } result)
        {
            code.Line($"return {Fields.Result(result, ContractWriter.Codec(method, result), Owner(method))};");
        }
        else if (method.Result == ResultShape.Service)
        {
            string missing = method.Service.EndsWith("?", StringComparison.Ordinal) ? "" : $" ?? GeneratedCode.Missing<{method.ServiceType}>({Code.Literal(Owner(method) + ".result")})";
            code.Line($"return f1{missing};");
        }
    }

    /// <summary>Begins a call that ends itself, and writes its arguments; where that fails the call goes back.</summary>
    private void WriteArguments(MethodModel method, string call)
    {
        WriteBegin(method, call);
        if (!method.Sent.Any())
        {
            return;
        }

        code.Open("try");
        WriteFields(method);
        code.Close().Open("catch").Line("call.Dispose();").Line("throw;").Close().Line();
    }

    /// <summary>Begins a call. The writer comes before the region that ends it: within, the compiler would make it elsewhere and copy it.</summary>
    private void WriteBegin(MethodModel method, string call)
    {
        code.Line($"{call} = Connection.Begin(Methods.Method_{method.Unique});");
        if (method.Sent.Any())
        {
            code.Line("WireWriter writer = new(call);");
        }
    }

    private void WriteFields(MethodModel method)
    {
        if (!method.Sent.Any())
        {
            return;
        }

        string token = Token(method);
        string ending = token == None ? "" : $", {token}";
        foreach (ParameterModel parameter in method.Sent)
        {
            string name = Name(parameter);
            FieldModel field = parameter.Field;
            code.Line(parameter.Shape switch
            {
                ParameterShape.ReadOnlySpan or ParameterShape.Span => $"writer.WriteBytes({field.Id}, {name});",
                ParameterShape.Memory => $"writer.WriteBytes({field.Id}, {name}.Span);",
                ParameterShape.Service => $"call.WriteService<{field.Type.Name}>(ref writer, {field.Id}, {name}{ending});",
                ParameterShape.Stream => $"call.WriteStream<{field.Type.Name}>(ref writer, {field.Id}, GeneratedCode.Required({name}, {Code.Literal($"{Owner(method)}.{field.Name}")}), WriteItem_{ContractWriter.Item(method, field)});",
                _ => Fields.Write(field, name, ContractWriter.Codec(method, field), Owner(method)),
            });
        }

        code.Line("writer.Flush();");
    }

    /// <summary>Reads the fields of the answer into variables, and into the caller's memory.</summary>
    private void WriteAnswer(MethodModel method, string call, Func<ParameterModel, string> memory)
    {
        ParameterModel[] values = [.. method.Back.Where(static parameter => parameter.Shape is ParameterShape.Ref or ParameterShape.Out)];
        FieldModel[] fields = [.. method.ResultField is { } result ? [result] : Array.Empty<FieldModel>(), .. values.Select(static parameter => parameter.Back)];
        foreach (string line in fields.SelectMany(Fields.Declare))
        {
            code.Line(line);
        }

        if (method.Result == ResultShape.Service)
        {
            code.Line($"{method.ServiceType}? f1 = null;");
        }

        code.Open("while (reader.TryReadTag(out uint tag))").Open("switch (tag)");
        if (method.ResultField is { } returned)
        {
            string codec = ContractWriter.Codec(method, returned);
            code.Case(Fields.Label(returned, codec), Fields.Read(returned, codec));
        }
        else if (method.Result == ResultShape.Service)
        {
            code.Case("case uint any1 when any1 >> 3 == 1:", $"f1 = {call}.ReadService<{method.ServiceType}>(ref reader);");
        }

        foreach (ParameterModel parameter in method.Back)
        {
            string codec = ContractWriter.Codec(method, parameter.Field);
            if (values.Contains(parameter))
            {
                code.Case(Fields.Label(parameter.Back, codec), Fields.Read(parameter.Back, codec));
            }
            else
            {
                string name = Code.Literal($"{Owner(method)}.{parameter.Field.Name}");
                code.Case(Fields.Label(parameter.Back, codec), $"GeneratedCode.CopyBack(ref reader, {memory(parameter)}, {name});");
            }
        }

        IEnumerable<int> ids = method.Back.Select(static parameter => parameter.Back.Id);
        ids = method.Result is ResultShape.Value or ResultShape.Service ? ids.Append(1) : ids;
        code.Case("default:", $"GeneratedCode.Skip(ref reader, tag, {Fields.IsKnown(ids)}, {Code.Literal(Owner(method))});");
        code.Close().Close().Line();
    }

    private static string AnswerType(MethodModel method) => method.Result switch
    {
        ResultShape.Value => method.Type!.Name,
        ResultShape.Service => method.Service.EndsWith("?", StringComparison.Ordinal) ? method.ServiceType + "?" : method.ServiceType,
        _ => "int",
    };

    /// <summary>What the reader of an answer needs besides.</summary>
    private static IEnumerable<(string Type, string Name)> StateParts(MethodModel method) =>
    [
        .. method.Back.Select(static parameter => ("Memory<byte>", Name(parameter))),
        .. method.Result == ResultShape.Service ? [("ServiceCall", "call")] : Array.Empty<(string, string)>(),
    ];

    private static string StateType(MethodModel method) =>
        Together(StateParts(method).Select(static part => part.Type), StateParts(method).Select(static part => $"{part.Type} {part.Name}"), "int");

    private static string State(MethodModel method) =>
        Together(StateParts(method).Select(static part => part.Name), StateParts(method).Select(static part => part.Name), "0");

    /// <summary>Nothing, one thing as it is, or a tuple.</summary>
    private static string Together(IEnumerable<string> alone, IEnumerable<string> items, string nothing) => items.Count() switch
    {
        0 => nothing,
        1 => alone.First(),
        _ => $"({string.Join(", ", items)})",
    };

    private static string Token(MethodModel method) =>
        method.Parameters.FirstOrDefault(static parameter => parameter.Shape == ParameterShape.Cancellation) is { } token ? Name(token) : None;

    /// <summary>A parameter's name with its number: nothing else that generated code names has an underscore and a number at its end, and no two parameters have one number.</summary>
    private static string Name(ParameterModel parameter) => $"{parameter.Field.Name}_{parameter.Field.Id}";

    private string Owner(MethodModel method) => ContractWriter.Owner(service, method);
}
