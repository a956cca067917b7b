namespace Viaduct.Model.Running;

/// <summary>One access that needs no answer.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Word">The model's word of eight bytes.</param>
/// <param name="Mask">The bits of the word that it writes.</param>
/// <param name="Value">What it writes there, or adds.</param>
/// <param name="IsRelease">Whether everything before it is written before it.</param>
/// <param name="Site">Where it stands.</param>
internal readonly record struct Step(StepKind Kind, int Word, ulong Mask, ulong Value, bool IsRelease, Site Site);
