using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Viaduct.Links;
using Viaduct.Memory;
using Viaduct.Rings;

namespace Viaduct.Model.Scenarios;

/// <summary>As the format of frames: messages as bytes that lie ready, and are copied to one that may be used again.</summary>
internal sealed unsafe class CopiedFormat<T> : MessageFormat<T>
    where T : unmanaged
{
    public override int Measure(in T message) => sizeof(T);

    public override void Write(in T message, Span<byte> destination) =>
        Shared.WriteMessage((byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(destination)), BytesOf(message));

    public override T Read(RecordReader reader, bool leased) => Shared.ReadMessage<T>(reader.Payload);

    public override T Read(ReadOnlySpan<byte> bytes, ISegments? segments) => MemoryMarshal.Read<T>(bytes);

    public override ReadOnlySpan<byte> BytesOf(in T message) => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in message));

    public override bool TryReadBytes(ReadOnlySpan<byte> bytes, ref T message)
    {
        message = Shared.ReadMessage<T>((byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(bytes)));
        return true;
    }
}
