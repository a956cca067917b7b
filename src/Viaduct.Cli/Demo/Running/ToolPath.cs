namespace Viaduct.Cli.Demo.Running;

/// <summary>Finds programs, also in the folders of the administrator that a user's PATH may lack.</summary>
internal static class ToolPath
{
    /// <summary>The full path of a program.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="IOException">It is not installed.</exception>
    public static string Find(string name)
    {
        string folders = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty) + ":/usr/bin:/usr/sbin:/bin:/sbin";
        return folders.Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists)
            ?? throw new IOException($"the program '{name}' is not installed");
    }
}
