using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Viaduct;

/// <summary>The bytes of leased byte messages where they lie, for those who want them in another dress. Nothing is copied.</summary>
public static class LeaseExtensions
{
    /// <summary>The message's bytes as a span.</summary>
    /// <param name="lease">The lease.</param>
    /// <returns>The bytes; after the lease has ended they may be those of a later message.</returns>
    /// <exception cref="ObjectDisposedException">The lease has ended, its socket was closed, or its sender broke the protocol.</exception>
    public static ReadOnlySpan<byte> AsSpan(this Lease<ReadOnlyMemory<byte>> lease) => lease.Value.Span;

    /// <summary>The message's bytes as memory: the lease's <see cref="Lease{T}.Value"/>.</summary>
    /// <param name="lease">The lease.</param>
    /// <returns>The bytes, valid until the lease ends.</returns>
    /// <exception cref="ObjectDisposedException">The lease has ended, its socket was closed, or its sender broke the protocol.</exception>
    public static ReadOnlyMemory<byte> AsMemory(this Lease<ReadOnlyMemory<byte>> lease) => lease.Value;

    /// <summary>The message's bytes as one value, where they lie.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="lease">The lease.</param>
    /// <returns>The value; after the lease has ended it may be part of a later message.</returns>
    /// <exception cref="ArgumentException">The message is not as long as the value.</exception>
    /// <exception cref="ObjectDisposedException">The lease has ended, its socket was closed, or its sender broke the protocol.</exception>
    public static ref readonly T As<T>(this Lease<ReadOnlyMemory<byte>> lease)
        where T : unmanaged
    {
        ReadOnlySpan<byte> bytes = lease.Value.Span;
        if (bytes.Length != Unsafe.SizeOf<T>())
        {
            throw new ArgumentException($"The message has {bytes.Length} bytes, the value {Unsafe.SizeOf<T>()}.", nameof(lease));
        }

        return ref MemoryMarshal.AsRef<T>(bytes);
    }

    /// <summary>The message's bytes as a sequence of one segment, for parsers that take one.</summary>
    /// <param name="lease">The lease.</param>
    /// <returns>The bytes, valid until the lease ends.</returns>
    /// <exception cref="ObjectDisposedException">The lease has ended, its socket was closed, or its sender broke the protocol.</exception>
    public static ReadOnlySequence<byte> AsSequence(this Lease<ReadOnlyMemory<byte>> lease) => new(lease.Value);
}
