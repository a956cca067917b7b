using System.Buffers;

namespace Viaduct.Tests.Channels;

/// <summary>A codec that has a schema only.</summary>
internal sealed class NamelessCodec(string schema) : ICodec<object>
{
    public string Schema => schema;

    public void Encode(in object message, IBufferWriter<byte> output) => throw new NotSupportedException();

    public object Decode(ReadOnlySpan<byte> message) => throw new NotSupportedException();
}
