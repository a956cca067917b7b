using System.Buffers;

namespace Viaduct;

/// <summary>How messages of one type become bytes and are read from them again.</summary>
/// <typeparam name="T">The type of the messages.</typeparam>
/// <remarks>
/// Used where a message leaves the process, and where <c>Send</c> copies one within it (<c>HandOver</c> does not). One codec serves many sockets at once, so an implementation must be thread-safe. It is called while
/// the socket is held against other threads: it must be quick, and must not use that socket.
/// </remarks>
public interface ICodec<T>
{
    /// <summary>
    /// What the bytes are, in words, 1 to 4096 bytes of UTF-8. Both ends of a channel must have the same text, so it should change whenever a
    /// message written by one version could be misread by another.
    /// </summary>
    string Schema { get; }

    /// <summary>Writes <paramref name="message"/>.</summary>
    /// <param name="message">The message.</param>
    /// <param name="output">Where to write it. It is only valid during the call.</param>
    void Encode(in T message, IBufferWriter<byte> output);

    /// <summary>Reads one whole message.</summary>
    /// <param name="message">
    /// The bytes that the other end's <see cref="Encode"/> wrote. They come from another program and may be anything; they are only valid during the call.
    /// </param>
    /// <returns>The message, which must not refer to <paramref name="message"/>.</returns>
    /// <exception cref="ProtocolViolationException">The bytes are not a message. Any other exception is passed on as it is.</exception>
    T Decode(ReadOnlySpan<byte> message);
}
