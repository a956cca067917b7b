namespace Viaduct.Tests.Packaging;

/// <summary>The repository that these tests were built from.</summary>
internal static class Repository
{
    /// <summary>Its directory.</summary>
    internal static string Root { get; } = Find();

    /// <summary>The configuration that is being tested, such as <c>Release</c>.</summary>
    internal static string Configuration { get; } =
        Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)).Equals("release", StringComparison.OrdinalIgnoreCase) ? "Release" : "Debug";

    /// <summary>A file or directory of it.</summary>
    internal static string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        for (string? directory = AppContext.BaseDirectory; directory is not null; directory = Path.GetDirectoryName(directory))
        {
            if (File.Exists(Path.Combine(directory, "Viaduct.slnx")))
            {
                return directory;
            }
        }

        throw new InvalidOperationException("The tests must run from within the repository's artifacts folder.");
    }
}
