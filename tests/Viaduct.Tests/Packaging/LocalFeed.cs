using System.Security.Cryptography;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Packaging;

/// <summary>The packages of the build that is being tested, in a feed and with a package cache of their own.</summary>
public sealed class LocalFeed : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();

    /// <summary>A version that no other feed or cache can hold.</summary>
    internal string Version { get; } = $"0.1.0-test.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}.x";

    /// <summary>Where the packages lie.</summary>
    internal string Packages => Path.Combine(_directory.Path, "feed");

    /// <summary>Keeps restored packages out of the user's cache, and the programs' meetings out of the user's domain.</summary>
    internal IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["NUGET_PACKAGES"] = Path.Combine(_directory.Path, "cache"),
        ["VIADUCT_RUNTIME_DIR"] = Path.Combine(_directory.Path, "run"),
    };

    /// <summary>A new directory in which NuGet sees this feed only: whoever restores here needs no network.</summary>
    internal string NewDirectory(string name)
    {
        string path = Path.Combine(_directory.Path, name);
        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Combine(path, "nuget.config"), $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="local" value="{Packages}" />
              </packageSources>
            </configuration>
            """);
        return path;
    }

    public async ValueTask InitializeAsync() => await Command.Run(
        Repository.Root, new Dictionary<string, string>(), "dotnet", "pack", "Viaduct.slnx", "--no-build", "--configuration", Repository.Configuration,
        "--output", Packages, $"-p:PackageVersion={Version}", "--nologo", "-v", "quiet");

    public ValueTask DisposeAsync()
    {
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }
}
