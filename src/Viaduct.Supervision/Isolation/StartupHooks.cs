namespace Viaduct.Supervision;

/// <summary>The variable that makes the .NET runtime call <see cref="StartupHook"/> in a child.</summary>
internal static class StartupHooks
{
    /// <summary>The variable.</summary>
    public const string Variable = "DOTNET_STARTUP_HOOKS";

    private const string Ours = "Viaduct.Supervision";

    /// <summary>Its value for a child: ours first, then what this process was given.</summary>
    public static string WithOurs()
    {
        string ours = Find(AppContext.BaseDirectory);
        string? others = Environment.GetEnvironmentVariable(Variable);
        return string.IsNullOrEmpty(others) ? ours : $"{ours}{Path.PathSeparator}{others}";
    }

    /// <summary>How the runtime finds this assembly: where the program lies, or, in the one file of a program that is published as such, by its name.</summary>
    internal static string Find(string directory)
    {
        string path = Path.Combine(directory, $"{Ours}.dll");
        return File.Exists(path) ? path : Ours;
    }
}
