using System.Text.Json;
using Viaduct.Discovery;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Fuzz;

/// <summary>A file of the runtime directory, read as it lies there.</summary>
internal sealed class DirectoryFileTarget<T>(string name, Func<JsonElement, T> read, T example) : FuzzTarget, IDisposable
    where T : class, IDirectoryFile
{
    private readonly TemporaryDirectory _directory = new();

    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Words => JsonWords.All;

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds
    {
        get
        {
            byte[] json = DirectoryFiles.Format(example).ToArray();
            return JsonWords.WithNulls(json).Prepend(json);
        }
    }

    /// <inheritdoc/>
    public override string Run(ReadOnlySpan<byte> input)
    {
        string path = Path.Combine(_directory.Path, "file");
        Directory.CreateDirectory(_directory.Path);
        File.WriteAllBytes(path, input);
        if (DirectoryFiles.Read(path, read) is not { } value)
        {
            return $"none, {Why(input)}";
        }

        Assert.DoesNotContain("null", Describe(value), StringComparison.Ordinal);
        string again = Path.Combine(_directory.Path, "again");
        Assert.True(DirectoryFiles.TryPublish(Path.Combine(_directory.Path, ".again"), again, value, 0x180));
        Assert.Equal(value, DirectoryFiles.Read(again, read));
        return "read";
    }

    public void Dispose() => _directory.Dispose();

    /// <summary>What is wrong with it: who reads such a file passes it over, whatever that is.</summary>
    private string Why(ReadOnlySpan<byte> input)
    {
        try
        {
            _ = DirectoryFiles.Parse(input.ToArray(), read);
            return "not whole";
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return Outcome(error);
        }
    }

    private static string Describe(T value) => value switch
    {
        NodeFile node => node.Name is null ? "null" : "",
        RoleClaim claim => claim.NodeName is null ? "null" : "",
        Registration r => r.Channel is null || r.Role is null || r.Schema is null ? "null" : "",
        _ => "null",
    };
}
