using System.Text.Json.Serialization;

namespace Viaduct.Cli.Demo.Input;

/// <summary>What is read, in which order: the same for the reference and each run.</summary>
/// <param name="Source">What the user named, or the SDK's folder.</param>
/// <param name="Kind">How it becomes events.</param>
/// <param name="Files">The files in ordinal order of their paths.</param>
/// <param name="Passes">How many times all of it is read.</param>
internal sealed record InputPlan(string Source, InputKind Kind, IReadOnlyList<InputFile> Files, int Passes = 1)
{
    /// <summary>Bytes of all files, once.</summary>
    [JsonIgnore]
    public long Bytes => Files.Sum(file => file.Length);
}
