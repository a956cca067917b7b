namespace Viaduct.Supervision;

/// <summary>What one process keeps serving, as a file describes it. Immutable.</summary>
/// <param name="File">The file's absolute path.</param>
/// <param name="Domain">The domain.</param>
/// <param name="RuntimeDirectory">Where nodes meet; null = the default.</param>
/// <param name="Services">The services, each behind those that it depends on.</param>
internal sealed record ServingDescription(string File, string Domain, string? RuntimeDirectory, IReadOnlyList<ServedSpec> Services)
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="DescriptionException">Something is wrong in it: the message has a line for each thing.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static ServingDescription Load(string path)
    {
        if (Directory.Exists(path))
        {
            throw new System.IO.IOException($"'{path}' is a directory: name the description file in it.");
        }

        byte[] bytes = System.IO.File.ReadAllBytes(path);
        List<DescriptionError> errors = [];
        ServingDescription? description = JsonPartReader.Read(bytes, errors) is { } root ? new DescriptionReader(Path.GetFullPath(path), errors).Read(root) : null;
        return errors.Count == 0 ? description! : throw new DescriptionException(path, errors);
    }
}
