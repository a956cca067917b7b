using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace Viaduct.Messages;

/// <summary>The codecs that were generated for messages. Thread-safe.</summary>
[EditorBrowsable(EditorBrowsableState.Advanced)]
public static class GeneratedCodecs
{
    /// <summary>Makes a codec known; called by generated module initializers. The first of a type stays.</summary>
    /// <typeparam name="T">The message.</typeparam>
    /// <param name="codec">Its codec.</param>
    public static void Register<T>(MessageCodec<T> codec)
    {
        ArgumentNullException.ThrowIfNull(codec);
        Interlocked.CompareExchange(ref Slot<T>.Codec, codec, null);
    }

    /// <summary>The codec of a message, if one was generated.</summary>
    /// <typeparam name="T">The message.</typeparam>
    /// <returns>The codec, or <see langword="null"/>.</returns>
    public static MessageCodec<T>? Find<T>()
    {
        // Pairs with the exchange in Register: who sees a codec sees it whole.
        if (Volatile.Read(ref Slot<T>.Codec) is { } known)
        {
            return known;
        }

        // The initializer of the message's module has run at the latest when this returns.
        RuntimeHelpers.RunModuleConstructor(typeof(T).Module.ModuleHandle);
        return Volatile.Read(ref Slot<T>.Codec);
    }

    /// <summary>The codec of a message.</summary>
    /// <typeparam name="T">The message.</typeparam>
    /// <returns>The codec.</returns>
    /// <exception cref="InvalidOperationException">None was generated; the message says what to do.</exception>
    public static MessageCodec<T> Get<T>() => Find<T>() ?? throw new InvalidOperationException(
        $"No codec was generated for {typeof(T)}. Mark it [Message] in the project that declares it; a closed generic type must be named there or where the channel is made, in new ChannelSpec<...> or as a member of a message.");

    /// <summary>One codec a type.</summary>
    private static class Slot<T>
    {
        internal static MessageCodec<T>? Codec;
    }
}
