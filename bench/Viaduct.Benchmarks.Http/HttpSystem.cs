using System.Net.Http.Headers;
using System.Net.Sockets;
using Viaduct.Benchmarks.Systems;
using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Http;

/// <summary>
/// HTTP/2 over a Unix socket as .NET brings it, Kestrel and HttpClient with their defaults, carrying what gRPC would: framed messages in the
/// encoding of protobuf, and the status in trailers. Neither gRPC's own code nor a serialiser is in the way.
/// </summary>
internal sealed class HttpSystem : IBenchSystem
{
    private readonly WorkerArguments _arguments;

    public HttpSystem(WorkerArguments arguments)
    {
        _arguments = arguments;
    }

    private string SocketPath => Path.Combine(_arguments.Directory, "http");

    private bool CarriesBytes => _arguments.Size > 2 * sizeof(int);

    public Side Open(Role role)
    {
        if (role == Role.B)
        {
            var server = new HttpServer(SocketPath, _arguments.Size);
            return new PassiveSide(server.Start);
        }

        HttpClient client = Connect();
        return _arguments.Variant.Calls > 0
            ? new ConcurrentSide<HttpEnd, int>(Role.A, Enumerable.Range(0, _arguments.Variant.Calls).Select(_ => NewEnd(client)), client)
            : new AsyncSide<HttpEnd, int>(role, NewEnd(client), client);
    }

    public void Dispose()
    {
    }

    private HttpEnd NewEnd(HttpClient client) => CarriesBytes ? new HttpBytesEnd(client, _arguments.Size) : new HttpAddEnd(client);

    private HttpClient Connect()
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        var client = new HttpClient(handler) { BaseAddress = new Uri("http://localhost"), Timeout = TimeSpan.FromSeconds(30) };
        client.DefaultRequestHeaders.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        return client;
    }
}
