using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>Answers awaited calls with the next number.</summary>
internal sealed class ViaductServerAsyncEnd : IAsyncEnd<Request<int, int>>
{
    private readonly Server<int, int> _server;
    private Request<int, int> _request = default!;

    public ViaductServerAsyncEnd(Server<int, int> server)
    {
        _server = server;
    }

    public ValueTask<Request<int, int>> ReceiveAsync() => _server.ReceiveAsync();

    public void Take(in Request<int, int> received) => _request = received;

    public ValueTask SendAsync()
    {
        _request.Reply(_request.Value + 1);
        return ValueTask.CompletedTask;
    }
}
