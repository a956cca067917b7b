using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Viaduct.Discovery;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Fuzz;

/// <summary>A file of the runtime directory, read as it lies there.</summary>
internal sealed class DirectoryFileTarget<T>(string name, JsonTypeInfo<T> type, T example) : FuzzTarget, IDisposable
    where T : class
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
            byte[] json = JsonSerializer.SerializeToUtf8Bytes(example, type);
            return JsonWords.WithNulls(json).Prepend(json);
        }
    }

    /// <inheritdoc/>
    public override string Run(ReadOnlySpan<byte> input)
    {
        string path = Path.Combine(_directory.Path, "file");
        Directory.CreateDirectory(_directory.Path);
        File.WriteAllBytes(path, input);
        if (DirectoryFiles.Read(path, type) is not { } read)
        {
            return $"none, {Why(input)}";
        }

        Assert.DoesNotContain("null", Describe(read), StringComparison.Ordinal);
        string again = Path.Combine(_directory.Path, "again");
        Assert.True(DirectoryFiles.TryPublish(Path.Combine(_directory.Path, ".again"), again, read, type, 0x180));
        Assert.Equal(read, DirectoryFiles.Read(again, type));
        return "read";
    }

    public void Dispose() => _directory.Dispose();

    /// <summary>What the serializer says: who reads such a file passes it over, whatever is wrong with it.</summary>
    private string Why(ReadOnlySpan<byte> input)
    {
        try
        {
            return JsonSerializer.Deserialize(input, type) is null ? "null" : "not whole";
        }
        catch (JsonException error)
        {
            return Outcome(error.InnerException ?? error);
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
