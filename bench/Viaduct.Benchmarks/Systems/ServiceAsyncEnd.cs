using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>Awaited calls: the whole round trip is one call, counted as the receiving.</summary>
internal sealed class ServiceAsyncEnd : IAsyncEnd<int>
{
    private readonly IArithmetic _service;
    private int _number;

    public ServiceAsyncEnd(IArithmetic service)
    {
        _service = service;
    }

    public ValueTask SendAsync() => ValueTask.CompletedTask;

    public ValueTask<int> ReceiveAsync() => _service.AddAsync(_number, 1);

    public void Take(in int received) => _number = received;
}
