namespace Viaduct.Generators;

/// <summary>Writes what calls of isolated methods are redirected to: an interceptor for each method that is called.</summary>
internal static class IsolatedCallWriter
{
    /// <summary>The source for all calls of a project.</summary>
    internal static string Write(IEnumerable<IsolatedCall> calls, IEnumerable<IsolatedTarget> targets)
    {
        Code code = Code.WithoutNamespace();
        code.Open("namespace System.Runtime.CompilerServices");
        code.Line("[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]");
        code.Open("file sealed class InterceptsLocationAttribute : Attribute");
        code.Open("public InterceptsLocationAttribute(int version, string data)").Line("_ = version;").Line("_ = data;").Close().Close().Close().Line();
        code.Open("namespace Viaduct.Generated").Open("file static class Interceptors");
        ILookup<string, IsolatedCall> byKey = calls.ToLookup(static call => call.Key, StringComparer.Ordinal);
        bool isFirst = true;
        foreach (IsolatedTarget target in targets.Where(target => byKey.Contains(target.Method.Key)))
        {
            if (!isFirst)
            {
                code.Line();
            }

            isFirst = false;
            foreach (IsolatedCall call in byKey[target.Method.Key])
            {
                code.Line($"{call.Attribute} // {call.Place}");
            }

            IsolatedMethodModel method = target.Method;
            code.Line($"internal static {method.Returns} {target.Calls}_{method.Contract.Unique}({method.Declared}) =>");
            code.Continued($"{target.Calls}.Call_{method.Contract.Unique}({method.Passed});");
        }

        return code.Close().Close().ToString();
    }
}
