using Viaduct.Benchmarks.Messages;
using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>Blocking calls with bytes that the caller writes before and reads afterwards.</summary>
internal struct ServiceBytesEnd : IEnd
{
    private readonly IArithmetic _service;
    private readonly BytesRoad _road;
    private readonly Blob _blob;
    private readonly byte[] _bytes;
    private readonly Content _content;
    private byte _sequence;

    public ServiceBytesEnd(IArithmetic service, BytesRoad road, Blob blob)
    {
        _service = service;
        _road = road;
        _blob = blob;
        _bytes = road == BytesRoad.Span ? new byte[blob.Length] : [];
        _content = new Content(touched: true);
    }

    public void Send()
    {
        _sequence++;
        switch (_road)
        {
            case BytesRoad.Blob:
                _content.Fill(_blob.SpanForOverwrite(), _sequence);
                _service.Overwrite(_blob);
                break;
            case BytesRoad.BlobInPlace:
                _content.Fill(_blob.SpanForOverwrite(), _sequence);
                _service.Change(_blob);
                break;
            default:
                _content.Fill(_bytes, _sequence);
                _service.ChangeSpan(_bytes);
                break;
        }
    }

    public readonly void Receive() => ByteWork.Check(_road == BytesRoad.Span ? _bytes : _blob.ReadOnlySpan, _sequence);
}
