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

    /// <summary>What a worker's own children are to be given: what its parent was, without ours, which is no hook of theirs and may not be there for them.</summary>
    /// <param name="hooks">What the worker was given.</param>
    /// <param name="directory">Where the program lies.</param>
    /// <returns>Null for none.</returns>
    internal static string? WithoutOurs(string? hooks, string directory)
    {
        foreach (string ours in new[] { Path.Combine(directory, $"{Ours}.dll"), Ours })
        {
            if (hooks == ours)
            {
                return null;
            }

            if (hooks?.StartsWith(ours + Path.PathSeparator, StringComparison.Ordinal) == true)
            {
                return hooks[(ours.Length + 1)..];
            }
        }

        return hooks;
    }

    /// <summary>How the runtime finds this assembly: where the program lies, or, in the one file of a program that is published as such, by its name.</summary>
    internal static string Find(string directory)
    {
        string path = Path.Combine(directory, $"{Ours}.dll");
        return File.Exists(path) ? path : Ours;
    }
}
