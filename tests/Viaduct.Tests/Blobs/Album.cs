using Viaduct.Messages;

namespace Viaduct.Tests.Blobs;

/// <summary>A message that carries blobs.</summary>
[Message]
public sealed record Album(string Title, IReadOnlyList<Blob> Images, Blob? Cover);
