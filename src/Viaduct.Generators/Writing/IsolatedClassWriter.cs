namespace Viaduct.Generators;

/// <summary>Writes what carries the calls of an isolated class: its methods as a service, what calls them in the child, and what calls that service here.</summary>
internal sealed class IsolatedClassWriter
{
    private readonly IsolatedClassModel _class;
    private readonly Code _code = new("System.Runtime.InteropServices", "Viaduct.Supervision");

    private IsolatedClassWriter(IsolatedClassModel isolated)
    {
        _class = isolated;
    }

    private string Service => $"{_class.Contract.Prefix}Service";

    private string Originals => $"{_class.Contract.Prefix}Originals";

    /// <summary>The source for a class.</summary>
    internal static string Write(IsolatedClassModel isolated) => new IsolatedClassWriter(isolated).Write();

    private string Write()
    {
        _code.Line("[EditorBrowsable(EditorBrowsableState.Never)]").Open($"internal interface {Service}");
        foreach (MethodModel method in _class.Contract.Methods)
        {
            _code.Line($"{method.Returns} {Code.Identifier(method.Unique)}({Parameters(method)});");
        }

        _code.Close().Line();
        _code.Line("[EditorBrowsable(EditorBrowsableState.Never)]").Open($"internal sealed class {Originals} : {Service}");
        Each(WriteOriginal);
        _code.Close().Line();
        _code.Line("[EditorBrowsable(EditorBrowsableState.Never)]").Open($"internal static class {_class.Calls}");
        _code.Line($"private static readonly IsolatedClass<{Service}, {Originals}> s_class = new({Code.Literal(_class.Name)}, new IsolateOptions {{ {string.Join(", ", _class.Options)} }});").Line();
        Each(WriteCall);
        _code.Line().Line("[ModuleInitializer]").Open("internal static void RegisterIsolatedClass()");
        _code.Line($"IsolatedServices.Register<{Service}, {Originals}>({Code.Literal(_class.Assembly)}, static () => new {Originals}());");
        _code.Line($"IsolatedClass.Register(typeof({_class.Type}), s_class);").Close();
        return _code.Close().ToString();
    }

    private void Each(Action<IsolatedMethodModel> write)
    {
        bool isFirst = true;
        foreach (IsolatedMethodModel method in _class.Methods)
        {
            if (!isFirst)
            {
                _code.Line();
            }

            isFirst = false;
            write(method);
        }
    }

    private static string Parameters(MethodModel method) =>
        string.Join(", ", method.Parameters.Select(static (parameter, place) => $"{parameter.Declared} {IsolatedParameterModel.IdentifierOf(parameter.Field.Name, place)}"));

    /// <summary>What calls the method itself, in the child.</summary>
    private void WriteOriginal(IsolatedMethodModel method)
    {
        // Explicitly: a public method could have the name of the class or of a member of every object.
        _code.Open($"{method.Contract.Returns} {Service}.{Code.Identifier(method.Contract.Unique)}({Parameters(method.Contract)})");
        foreach (IsolatedParameterModel parameter in method.Parameters.Where(static parameter => IsTranslated(parameter) && parameter.Prefix == "ref "))
        {
            _code.Line($"{parameter.Type} {parameter.Local} = ({parameter.Type}){parameter.Identifier};");
        }

        IEnumerable<string> passed = method.Parameters.Select(static parameter => !IsTranslated(parameter)
            ? parameter.Form == IsolatedForm.Native ? $"({parameter.Type}){parameter.Identifier}" : parameter.Prefix + parameter.Identifier
            : parameter.Prefix == "ref " ? $"ref {parameter.Local}" : $"out {parameter.Type} {parameter.Local}");
        string called = $"{_class.Type}.{Code.Identifier(method.Name)}({string.Join(", ", passed)})";
        IEnumerable<string> after =
        [
            .. method.HasError ? [$"{IsolatedParameterModel.IdentifierOf(IsolatedMethodModel.Error, method.Parameters.Count)} = Marshal.GetLastPInvokeError();"] : Array.Empty<string>(),
            .. method.Parameters.Where(IsTranslated).Select(static parameter => $"{parameter.Identifier} = {parameter.Local};"),
        ];
        WriteBody(method, called, method.Contract.Returns, after);
    }

    /// <summary>What redirected calls come to.</summary>
    private void WriteCall(IsolatedMethodModel method)
    {
        // Here it is declared as the method is, but for what makes it one of an extension.
        string declared = method.Declared.StartsWith("this ", StringComparison.Ordinal) ? method.Declared.Substring(5) : method.Declared;
        _code.Open($"internal static {method.Returns} Call_{method.Contract.Unique}({declared})");
        _code.Open($"if ({_class.Calls}.s_class.IsHere)");
        string original = $"{_class.Type}.{Code.Identifier(method.Name)}({method.Passed});";
        if (method.Contract.Returns == "void")
        {
            _code.Line(original).Line("return;");
        }
        else
        {
            _code.Line($"return {original}");
        }

        _code.Close().Line();
        foreach (IsolatedParameterModel parameter in method.Parameters)
        {
            if (parameter.Form == IsolatedForm.Array)
            {
                _code.Line($"{parameter.Type} {parameter.Local} = {parameter.Identifier};");
            }
            else if (IsTranslated(parameter) && parameter.Prefix == "ref ")
            {
                _code.Line($"{Long(parameter)} {parameter.Local} = {parameter.Identifier};");
            }
        }

        IEnumerable<string> passed = method.Parameters.Select(static parameter =>
            parameter.Form == IsolatedForm.Array ? $"ref {parameter.Local}"
            : !IsTranslated(parameter) ? (parameter.Form == IsolatedForm.Native ? "" : parameter.Prefix) + parameter.Identifier
            : parameter.Prefix == "ref " ? $"ref {parameter.Local}" : $"out {Long(parameter)} {parameter.Local}");
        string called = $"{_class.Calls}.s_class.Service.{Code.Identifier(method.Contract.Unique)}({string.Join(", ", method.HasError ? passed.Append($"out int {IsolatedMethodModel.Error}") : passed)})";
        IEnumerable<string> after =
        [
            .. method.Parameters.Where(static parameter => parameter.Form == IsolatedForm.Array).Select(static parameter => $"IsolatedClass.CopyBack({parameter.Local}, {parameter.Identifier});"),
            .. method.Parameters.Where(IsTranslated).Select(static parameter => $"{parameter.Identifier} = ({parameter.Type}){parameter.Local};"),
            .. method.HasError ? [$"Marshal.SetLastPInvokeError({IsolatedMethodModel.Error});"] : Array.Empty<string>(),
        ];
        WriteBody(method, called, method.Returns, after);
    }

    /// <summary>A call, what is done after it, and its result.</summary>
    private void WriteBody(IsolatedMethodModel method, string called, string returns, IEnumerable<string> after)
    {
        string cast = method.IsNative ? $"({returns})" : "";
        string[] lines = [.. after];
        if (returns == "void")
        {
            _code.Line($"{called};");
        }
        else
        {
            _code.Line(lines.Length == 0 ? $"return {cast}{called};" : $"{returns} via_result = {cast}{called};");
        }

        foreach (string line in lines)
        {
            _code.Line(line);
        }

        if (returns != "void" && lines.Length > 0)
        {
            _code.Line("return via_result;");
        }

        _code.Close();
    }

    /// <summary>Whether it is a native integer that comes back.</summary>
    private static bool IsTranslated(IsolatedParameterModel parameter) => parameter.Form == IsolatedForm.Native && parameter.Prefix is "ref " or "out ";

    private static string Long(IsolatedParameterModel parameter) => parameter.Type is "nuint" or "global::System.UIntPtr" ? "ulong" : "long";
}
