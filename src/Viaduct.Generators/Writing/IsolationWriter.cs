namespace Viaduct.Generators;

/// <summary>Writes what registers isolated services.</summary>
internal static class IsolationWriter
{
    /// <summary>The source for all pairs of a project.</summary>
    internal static string Write(IEnumerable<IsolatedPair> pairs, string assembly)
    {
        Code code = new();
        foreach (string id in pairs.SelectMany(static pair => pair.Experimental).Distinct(StringComparer.Ordinal))
        {
            code.Line($"#pragma warning disable {id} // Whoever isolates it knows that it is experimental.");
        }

        code.Open("internal static class IsolatedServicesOfThisProject");
        code.Line("[ModuleInitializer]").Open("internal static void Register()");
        foreach (IsolatedPair pair in pairs)
        {
            code.Line($"global::Viaduct.Supervision.IsolatedServices.Register<{pair.Service}, {pair.Implementation}>({Code.Literal(assembly)}, static () => new {pair.Implementation}());");
        }

        return code.Close().Close().ToString();
    }
}
