namespace Viaduct.Wire;

/// <summary>Which frame types this version knows, and which it may skip.</summary>
internal static class FrameTypes
{
    /// <summary>The first type that who does not know it skips instead of refusing it.</summary>
    internal const byte FirstOptional = 0x80;

    /// <summary>Whether this version gives the type a meaning.</summary>
    internal static bool IsKnown(this FrameType type) => type is >= FrameType.Hello and <= FrameType.Holds;

    /// <summary>Whether the type, when unknown, is skipped instead of refused.</summary>
    internal static bool IsOptional(this FrameType type) => (byte)type >= FirstOptional;
}
