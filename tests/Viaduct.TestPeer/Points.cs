namespace Viaduct.TestPeer;

/// <summary>In this program, which runs the product as it is shipped, there are none: see Viaduct.PointPeer.</summary>
internal static class Points
{
    public static void Record() => throw new NotSupportedException("This program has no named points.");

    public static void Report(Action<string> report) => throw new NotSupportedException("This program has no named points.");

    public static void Arm(int count, string point) => throw new NotSupportedException("This program has no named points.");
}
