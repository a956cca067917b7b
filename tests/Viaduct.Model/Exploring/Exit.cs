using Viaduct.Model.Running;

namespace Viaduct.Model.Exploring;

/// <summary>Stores that can leave a buffer together.</summary>
/// <param name="Word">The word of the last of them.</param>
/// <param name="Next">The station that the process gets to.</param>
/// <param name="Commons">Those to words that every process writes.</param>
internal readonly record struct Exit(int Word, int Next, Step[] Commons);
