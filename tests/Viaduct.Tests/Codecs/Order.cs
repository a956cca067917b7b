namespace Viaduct.Tests.Codecs;

/// <summary>A message with references.</summary>
internal sealed record Order(int Id, IReadOnlyList<string> Lines);
