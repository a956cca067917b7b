namespace Viaduct.Supervision;

/// <summary>The variable that makes the .NET runtime call <see cref="StartupHook"/> in a child.</summary>
internal static class StartupHooks
{
    /// <summary>The variable.</summary>
    public const string Variable = "DOTNET_STARTUP_HOOKS";

    /// <summary>Its value for a child: ours first, then what this process was given.</summary>
    /// <exception cref="InvalidOperationException">This assembly is not where the program is.</exception>
    public static string WithOurs()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Viaduct.Supervision.dll");
        string? others = Environment.GetEnvironmentVariable(Variable);
        return string.IsNullOrEmpty(others) ? path : $"{path}{Path.PathSeparator}{others}";
    }
}
