using System.Text.Json;
using Viaduct.Tests.Cli;

namespace Viaduct.Tests.Rpc;

/// <summary><c>viaduct serve</c> with a program that the first call starts. It serves under many names, so that each test has a service of its own.</summary>
public sealed class ServedTrials : ProgramTests
{
    private const int Count = 64;

    private int _taken;

    public ServedTrials()
    {
        string offers = string.Join(", ", Enumerable.Range(0, Count).Select(number => $"\"trial-{number}\""));
        File.WriteAllText(
            Path.Combine(Folder, "services.json"),
            $$"""{"services": {"trials": {"command": {{JsonSerializer.Serialize(BuiltProgram.PathOf("Viaduct.ChildPeer"))}}, "args": ["trials", "{{Count}}"], "offers": [{{offers}}], "start": "onDemand"} } }""");
        Viaduct("serve", "services.json");
        RuntimeDirectory = Path.Combine(Folder, "run");
    }

    /// <summary>Where nodes meet.</summary>
    public string RuntimeDirectory { get; }

    /// <summary>The name of a service that nobody has called.</summary>
    public string Next()
    {
        int number = Interlocked.Increment(ref _taken) - 1;
        Assert.True(number < Count, "There are more tests than services.");
        return $"trial-{number}";
    }
}
