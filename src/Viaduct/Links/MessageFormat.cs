using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Viaduct.Blobs;
using Viaduct.Memory;
using Viaduct.Rings;

namespace Viaduct.Links;

/// <summary>How messages of one type become bytes of a record and come back. One instance a socket.</summary>
internal abstract class MessageFormat<T>
{
    /// <summary>Up to so many bytes are copied to the stack, or go a short way.</summary>
    public const int SmallMessage = 256;

    /// <summary>Bytes of every message, or -1 where they differ.</summary>
    public virtual int FixedSize => -1;

    /// <summary>Whether reading needs the record as memory that outlives the call.</summary>
    public virtual bool WantsMemory => false;

    /// <summary>Bytes of a record that are not the message's own.</summary>
    public virtual int Overhead => 0;

    /// <summary>Bytes of the message that was measured last that are not in its record, but beside it.</summary>
    public virtual long Beside => 0;

    /// <summary>Whether messages may carry blobs.</summary>
    public virtual bool CarriesBlobs => false;

    /// <summary>
    /// Whether what is written next is read by a process that maps our memory, so that blobs are referred to. Set before each message by
    /// whoever writes it; of no meaning for formats without blobs.
    /// </summary>
    public bool ByReference { get; set; }

    /// <summary>The blobs of the message that was measured last; null or none where it has none.</summary>
    public virtual BlobList? Blobs => null;

    /// <summary>The bytes that <see cref="Write"/> will take. Called right before it, on the same thread.</summary>
    public abstract int Measure(in T message);

    /// <summary>Writes a message that was measured.</summary>
    public abstract void Write(in T message, Span<byte> destination);

    /// <summary>The message that the reader stands on. A leased one may refer to the record's memory; another may not.</summary>
    /// <remarks>
    /// Of a copy, unless a format looks at each byte but once: a hostile sender may change the record while it is read, and what was
    /// checked at the first look would not hold at the second.
    /// </remarks>
    public virtual unsafe T Read(RecordReader reader, bool leased)
    {
        int length = reader.Length;
        byte[]? rented = length > SmallMessage ? ArrayPool<byte>.Shared.Rent(length) : null;
        try
        {
            Span<byte> copy = rented is null ? stackalloc byte[SmallMessage] : rented;
            copy = copy[..length];
            new ReadOnlySpan<byte>(reader.Payload, length).CopyTo(copy);
            return Read(copy, reader.Segments);
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    /// <summary>The message of some bytes, copied.</summary>
    /// <param name="bytes">The bytes; nobody changes them any more.</param>
    /// <param name="segments">Where the blobs lie that they refer to; null where they refer to none.</param>
    public abstract T Read(ReadOnlySpan<byte> bytes, ISegments? segments);

    /// <summary>Whether messages are bytes that <see cref="TryReadBytes"/> reads.</summary>
    public virtual bool ReadsBytes => false;

    /// <summary>The message as bytes that lie ready, where it is small and nothing but these; valid until it is changed. None where it has to be measured.</summary>
    public virtual ReadOnlySpan<byte> BytesOf(in T message) => default;

    /// <summary>
    /// The message of no more than <see cref="SmallMessage"/> bytes, which may be changed while this copies them. False where <see cref="Read(RecordReader, bool)"/> has to
    /// look closer. Never throws.
    /// </summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="message">One that may be used again for it, or none; then the message.</param>
    public virtual bool TryReadBytes(ReadOnlySpan<byte> bytes, ref T message) => false;

    /// <summary>Lets go of the blobs of a message that was measured and is not written.</summary>
    public virtual void Forget()
    {
    }

    /// <summary>A message that shares nothing with the original, and its bytes.</summary>
    public virtual T Clone(in T message, out int length)
    {
        length = Measure(message);
        byte[] bytes = new byte[length];
        Write(message, bytes);
        return Read(bytes, null);
    }

    /// <summary>Lets go of a message that was read here and that nobody gets.</summary>
    public virtual void Drop(in T message)
    {
    }

    /// <summary>Whether the type has places for blobs, so that each of several readers in a process needs a message of its own.</summary>
    public virtual bool HasBlobs => false;

    /// <summary>As <see cref="Clone"/>, with blobs that end when the list is disposed; null where there are none.</summary>
    public virtual T CloneLent(in T message, out int length, out BlobList? lent)
    {
        lent = null;
        return Clone(message, out length);
    }

    /// <summary>Whether a message that is handed over lies in a chunk, which is then handed over itself.</summary>
    public virtual bool TryGetChunk(in T message, [NotNullWhen(true)] out Chunk? chunk, out int start, out int length)
    {
        (chunk, start, length) = (null, 0, 0);
        return false;
    }

    /// <summary>The format for a codec.</summary>
    public static MessageFormat<T> For(ICodec<T> codec)
    {
        if (codec is BytesCodec)
        {
            return (MessageFormat<T>)(object)new BytesFormat();
        }

        return codec is UnmanagedCodec<T> && !RuntimeHelpers.IsReferenceOrContainsReferences<T>()
            ? new UnmanagedFormat<T>(codec.Schema)
            : new CodecFormat<T>(codec);
    }
}
