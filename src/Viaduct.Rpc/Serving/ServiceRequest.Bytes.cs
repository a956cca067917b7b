using System.Runtime.InteropServices;
using Viaduct.Blobs;
using Viaduct.Memory;
using Viaduct.Messages;

namespace Viaduct.Rpc;

/// <content>Bytes that go back changed when the call has ended.</content>
public sealed partial class ServiceRequest
{
    /// <summary>What ends with the call; null until there is something.</summary>
    private List<CallMemory>? _memories;

    /// <summary>Reads an argument that is bytes which go back as the method leaves them.</summary>
    /// <param name="reader">The arguments, at the bytes' value.</param>
    /// <returns>The bytes, to be read and written until the call has ended.</returns>
    /// <exception cref="ProtocolViolationException">There are none.</exception>
    public Memory<byte> ReadMemory(ref WireReader reader)
    {
        ReadOnlySpan<byte> bytes = reader.ReadBytes();
        if (bytes.Length < LongBytes.Least || !BlobMemory.TryRent(bytes.Length, out Chunk? chunk))
        {
            return bytes.ToArray();
        }

        CallMemory memory = new(chunk, bytes.Length);
        (_memories ??= []).Add(memory);
        bytes.CopyTo(memory.GetSpan());
        return memory.Memory;
    }

    /// <summary>Writes what became of an argument of <see cref="ReadMemory"/>, without copying what the caller can read where it is.</summary>
    /// <param name="writer">The answer.</param>
    /// <param name="id">The field.</param>
    /// <param name="memory">The argument.</param>
    public void WriteMemory(ref WireWriter writer, int id, Memory<byte> memory)
    {
        writer.WriteTag(id, WireKind.Bytes);
        bool isOurs = MemoryMarshal.TryGetMemoryManager<byte, CallMemory>(memory, out CallMemory? home) && _memories?.Contains(home) == true;
        writer.WriteBytes(memory.Span, isOurs ? home!.Piece : null);
    }

    /// <summary>The call has ended, and its memory with it.</summary>
    private void EndMemories()
    {
        if (_memories is { Count: > 0 } memories)
        {
            memories.ForEach(static memory => memory.End());
            memories.Clear();
        }
    }
}
