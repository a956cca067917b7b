using Viaduct.Benchmarks.Messages;
using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Http;

/// <summary>Bytes that the caller writes before and reads afterwards.</summary>
internal sealed class HttpBytesEnd : HttpEnd
{
    private readonly int _size;
    private readonly Content _content = new(touched: true);
    private byte _sequence;

    public HttpBytesEnd(HttpClient client, int size)
        : base(client, HttpServer.InvertPath, GrpcFrame.HeadOfBytes(size) + size)
    {
        _size = size;
    }

    protected override int Write(Span<byte> message)
    {
        _content.Fill(message[GrpcFrame.WriteHeadOfBytes(message, _size)..], ++_sequence);
        return message.Length;
    }

    protected override void Read(ReadOnlySpan<byte> message) => ByteWork.Check(GrpcFrame.ReadBytes(message), _sequence);
}
