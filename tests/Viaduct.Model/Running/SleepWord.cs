namespace Viaduct.Model.Running;

/// <summary>A word that a process sleeps on while it has a value.</summary>
internal readonly record struct SleepWord(int Word, ulong Mask, ulong Expected);
