using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>Blocking calls: the whole round trip is one call, so receiving has nothing left to do.</summary>
internal struct ServiceEnd : IEnd
{
    private readonly IArithmetic _service;
    private int _number;

    public ServiceEnd(IArithmetic service)
    {
        _service = service;
    }

    public void Send() => _number = _service.Add(_number, 1);

    public readonly void Receive()
    {
    }
}
