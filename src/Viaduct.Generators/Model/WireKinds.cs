namespace Viaduct.Generators;

/// <summary>The numbers of the library's <c>WireKind</c>.</summary>
internal static class WireKinds
{
    internal const int Varint = 0;
    internal const int Fixed64 = 1;
    internal const int Bytes = 2;
    internal const int Object = 3;
    internal const int List = 4;
    internal const int Fixed32 = 5;

    /// <summary>Only the codec knows.</summary>
    internal const int OfCodec = -1;
}
