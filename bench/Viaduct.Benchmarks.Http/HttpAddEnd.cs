namespace Viaduct.Benchmarks.Http;

/// <summary>Adds 1 to the last answer.</summary>
internal sealed class HttpAddEnd : HttpEnd
{
    private int _number;

    public HttpAddEnd(HttpClient client)
        : base(client, HttpServer.AddPath, GrpcFrame.MostOfNumbers)
    {
    }

    protected override int Write(Span<byte> message) => GrpcFrame.WriteNumbers(message, _number, 1);

    protected override void Read(ReadOnlySpan<byte> message) => _number = GrpcFrame.ReadNumbers(message).First;
}
