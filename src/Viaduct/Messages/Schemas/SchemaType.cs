namespace Viaduct.Messages;

/// <summary>A type of a <see cref="SchemaText"/>.</summary>
/// <param name="Kind">How it is made.</param>
/// <param name="Name">The name of a named type or a service; empty for all else.</param>
/// <param name="Arguments">What it is made of.</param>
/// <param name="IsOptional">Whether it may be null.</param>
public sealed record SchemaType(SchemaTypeKind Kind, string Name, IReadOnlyList<SchemaType> Arguments, bool IsOptional)
{
    /// <summary>The type as the schema writes it.</summary>
    /// <returns>Such as <c>[Shop.Line?]</c>.</returns>
    public override string ToString() => (IsOptional, Kind) switch
    {
        (true, _) => (this with { IsOptional = false }) + "?",
        (_, SchemaTypeKind.List) => $"[{Arguments[0]}]",
        (_, SchemaTypeKind.Map) => $"{{{Arguments[0]}:{Arguments[1]}}}",
        (_, SchemaTypeKind.Tuple) => $"({string.Join(", ", Arguments)})",
        (_, SchemaTypeKind.Stream) => $"stream {Arguments[0]}",
        (_, SchemaTypeKind.Service) => $"service {Name}",
        _ => Name,
    };
}
