namespace Viaduct.Supervision;

/// <summary>The JSON schema of description files, for editors.</summary>
internal static class DescriptionSchema
{
    /// <summary>The schema's text.</summary>
    public static string Read()
    {
        using Stream stream = typeof(DescriptionSchema).Assembly.GetManifestResourceStream("services.schema.json")!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
