namespace Viaduct.Messages;

/// <summary>The bounds that writers and readers of messages hold; docs/wire-format.md lists them.</summary>
internal static class MessageLimits
{
    /// <summary>How deep objects and lists may lie in each other, the outermost object not counted.</summary>
    internal const int MaxDepth = 64;

    /// <summary>Bits of a tag that are the kind.</summary>
    internal const int KindBits = 3;

    /// <summary>The bits of a tag that are the kind.</summary>
    internal const uint KindMask = (1 << KindBits) - 1;
}
