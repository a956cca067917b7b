namespace Viaduct.Model.Running;

/// <summary>Where in the product an access stands: its file and member.</summary>
internal readonly record struct Site(string File, string Member)
{
    /// <summary>As in <c>RecordRing.Publish</c>.</summary>
    public bool Is(string name) =>
        name.Length > Member.Length + 1
        && name.EndsWith(Member, StringComparison.Ordinal)
        && Path.GetFileNameWithoutExtension(File.AsSpan()).SequenceEqual(name.AsSpan(0, name.Length - Member.Length - 1));

    public override string ToString() => $"{Path.GetFileNameWithoutExtension(File)}.{Member}";
}
