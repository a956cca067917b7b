using Microsoft.CodeAnalysis;

namespace Viaduct.Analyzers.Flow;

/// <summary>A use of something after it was given away or ended.</summary>
/// <param name="Use">The use.</param>
/// <param name="Ending">What came before.</param>
internal sealed record Finding(SyntaxNode Use, Ending Ending);
