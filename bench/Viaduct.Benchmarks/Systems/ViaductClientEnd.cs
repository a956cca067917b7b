using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>Blocking calls: the whole round trip is one call, so receiving has nothing left to do.</summary>
internal struct ViaductClientEnd : IEnd
{
    private readonly Client<int, int> _client;
    private int _number;

    public ViaductClientEnd(Client<int, int> client)
    {
        _client = client;
    }

    public void Send() => _number = _client.Call(_number);

    public readonly void Receive()
    {
    }
}
