using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>Awaited calls: the whole round trip is one call, counted as the receiving.</summary>
internal sealed class ViaductClientAsyncEnd : IAsyncEnd<int>
{
    private readonly Client<int, int> _client;
    private int _number;

    public ViaductClientAsyncEnd(Client<int, int> client)
    {
        _client = client;
    }

    public ValueTask SendAsync() => ValueTask.CompletedTask;

    public ValueTask<int> ReceiveAsync() => _client.CallAsync(_number);

    public void Take(in int received) => _number = received;
}
