using Viaduct.Messages;

namespace Viaduct.Tests.Generators;

/// <summary>What may be null.</summary>
[Message]
public sealed record Nullables(
    int? Int32, bool? Boolean, string? String, decimal? Decimal, Color? Color, Grade? Grade, DateTime? DateTime, Point? Point, Line? Line, byte[]? Bytes);
