using System.Buffers;
using System.Runtime.CompilerServices;

namespace Viaduct;

/// <summary>A struct's own bytes.</summary>
/// <typeparam name="T">A type without references; the constraint is checked by <see cref="Codec"/>, which also makes it for open types.</typeparam>
internal sealed class UnmanagedCodec<T> : ICodec<T>
{
    internal static readonly UnmanagedCodec<T> Instance = new();

    private UnmanagedCodec()
    {
        // The order of a number's bytes is part of what both ends must agree on.
        string order = BitConverter.IsLittleEndian ? "" : ", big-endian";
        Schema = $"struct {typeof(T).Name}, {Unsafe.SizeOf<T>()} bytes{order}";
    }

    public string Schema { get; }

    public void Encode(in T message, IBufferWriter<byte> output)
    {
        int size = Unsafe.SizeOf<T>();
        Unsafe.WriteUnaligned(ref output.GetSpan(size)[0], message);
        output.Advance(size);
    }

    public T Decode(ReadOnlySpan<byte> message)
    {
        if (message.Length != Unsafe.SizeOf<T>())
        {
            throw new ProtocolViolationException($"A message of {message.Length} bytes arrived where {Schema} was expected.");
        }

        return Unsafe.ReadUnaligned<T>(in message[0]);
    }
}
