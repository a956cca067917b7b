using System.Net;
using System.Net.Http.Headers;
using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Http;

/// <summary>One call at a time: a request, its answer, and the status behind that. The whole round trip counts as the receiving.</summary>
internal abstract class HttpEnd : IAsyncEnd<int>
{
    private static readonly MediaTypeHeaderValue s_grpc = new("application/grpc");

    private readonly HttpClient _client;
    private readonly string _path;
    private readonly byte[] _request;
    private readonly byte[] _answer;

    /// <param name="client">Shared by all ends.</param>
    /// <param name="path">What is called.</param>
    /// <param name="messageBytes">The most that a message has, there and back.</param>
    protected HttpEnd(HttpClient client, string path, int messageBytes)
    {
        _client = client;
        _path = path;
        _request = new byte[messageBytes];

        // One byte more than there is, so that the last read finds the end.
        _answer = new byte[messageBytes + 1];
    }

    public ValueTask SendAsync() => ValueTask.CompletedTask;

    public async ValueTask<int> ReceiveAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(_request, 0, Write(_request)),
        };
        request.Content.Headers.ContentType = s_grpc;
        using HttpResponseMessage response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using Stream body = await response.Content.ReadAsStreamAsync();
        int length = 0;
        for (int count; (count = await body.ReadAsync(_answer.AsMemory(length))) > 0;)
        {
            length += count;
        }

        return response.TrailingHeaders.TryGetValues("grpc-status", out IEnumerable<string>? status) && status.First() == "0"
            ? length
            : throw new InvalidOperationException($"{_path} answered {(int)response.StatusCode} without a status that says it went well");
    }

    public void Take(in int received) => Read(_answer.AsSpan(0, received));

    /// <summary>Writes the next request and returns its length.</summary>
    protected abstract int Write(Span<byte> message);

    protected abstract void Read(ReadOnlySpan<byte> message);
}
