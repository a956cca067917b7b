namespace Viaduct.Tests.Support;

/// <summary>A message without references, with a gap between its fields.</summary>
public readonly record struct Sample(byte Flag, long Id, double Value)
{
    public static Sample Of(long id) => new((byte)id, id, id / 3.0);
}
