using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>Answers blocking calls with the next number.</summary>
internal struct ViaductServerEnd : IEnd
{
    private readonly Server<int, int> _server;
    private Request<int, int> _request;

    public ViaductServerEnd(Server<int, int> server)
    {
        _server = server;
        _request = default!;
    }

    public void Receive() => _request = _server.Receive();

    public readonly void Send() => _request.Reply(_request.Value + 1);
}
