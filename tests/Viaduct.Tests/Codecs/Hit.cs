namespace Viaduct.Tests.Codecs;

/// <summary>A struct with padding between its fields.</summary>
internal readonly record struct Hit(int Channel, double Energy);
