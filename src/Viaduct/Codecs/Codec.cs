using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;
using Viaduct.Messages;

namespace Viaduct;

/// <summary>The codecs that come with the library. All are thread-safe.</summary>
public static class Codec
{
    /// <summary>Bytes as they are; a decoded message is a copy. Schema <c>bytes</c>. The default for <see cref="ReadOnlyMemory{T}"/> of bytes.</summary>
    public static ICodec<ReadOnlyMemory<byte>> Bytes { get; } = new BytesCodec();

    /// <summary>
    /// Text as UTF-8. Schema <c>text</c>. Unpaired surrogates are refused when written, invalid UTF-8 when read. The default for <see cref="string"/>.
    /// </summary>
    public static ICodec<string> Text { get; } = new TextCodec();

    /// <summary>A struct's own bytes, as they lie in memory. Schema such as <c>struct Event, 24 bytes</c>. The default for types without references.</summary>
    /// <typeparam name="T">The struct. Both ends must lay it out alike: keep its fields, their types and their order the same.</typeparam>
    /// <returns>The codec; the same object each time.</returns>
    public static ICodec<T> Unmanaged<T>()
        where T : unmanaged => UnmanagedCodec<T>.Instance;

    /// <summary>JSON by <c>System.Text.Json</c>, without reflection. Schema such as <c>json Order</c>.</summary>
    /// <typeparam name="T">The type of the messages.</typeparam>
    /// <param name="typeInfo">The type's metadata, from a <c>JsonSerializerContext</c> of yours: <c>MyJson.Default.Order</c>.</param>
    /// <returns>A codec.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="typeInfo"/> is <see langword="null"/>.</exception>
    public static ICodec<T> Json<T>(JsonTypeInfo<T> typeInfo)
    {
        ArgumentNullException.ThrowIfNull(typeInfo);
        return new JsonCodec<T>(typeInfo);
    }

    /// <summary>The codec of a type for which none was named.</summary>
    /// <param name="channel">The channel, for the error.</param>
    /// <param name="property">The property that should name one, for the error.</param>
    /// <exception cref="InvalidOperationException">The type has none.</exception>
    internal static ICodec<T> Default<T>(string channel, string property)
    {
        if (typeof(T) == typeof(ReadOnlyMemory<byte>))
        {
            return (ICodec<T>)Bytes;
        }

        if (typeof(T) == typeof(string))
        {
            return (ICodec<T>)Text;
        }

        // Before structs in general: who marks one [Message] wants it to have versions.
        if (GeneratedCodecs.Find<T>() is { } generated)
        {
            return generated;
        }

        if (!RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            return UnmanagedCodec<T>.Instance;
        }

        string advice = typeof(T) == typeof(byte[])
            ? "use ReadOnlyMemory<byte> as the message type"
            : $"mark the type [Message], or set {property} = Codec.Json(...) with source-generated metadata, or a codec of your own";
        throw new InvalidOperationException(
            $"Channel '{channel}': a message of type {typeof(T)} is or holds references, so it has no bytes of its own; {advice}.");
    }
}
