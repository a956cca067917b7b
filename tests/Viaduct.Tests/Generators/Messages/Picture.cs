using Viaduct.Messages;

namespace Viaduct.Tests.Generators;

/// <summary>A blob with a number that its bytes repeat.</summary>
[Message]
public sealed record Picture(long Id, Blob Pixels);
