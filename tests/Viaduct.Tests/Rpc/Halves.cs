using Viaduct.Messages;

namespace Viaduct.Tests.Rpc;

/// <summary>A message with several places for long bytes.</summary>
[Message]
public sealed record Halves(byte[] Left, byte[] Right, IReadOnlyList<byte[]> More, byte[]? Last);
