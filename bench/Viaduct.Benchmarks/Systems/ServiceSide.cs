using System.Diagnostics;
using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>Side A of blocking calls; a stream is of calls without an answer.</summary>
internal sealed class ServiceSide : SyncSide<ServiceEnd>
{
    private readonly IArithmetic _service;

    public ServiceSide(IArithmetic service, IDisposable owner)
        : base(Role.A, new ServiceEnd(service), owner)
    {
        _service = service;
    }

    protected override void Stream(long count)
    {
        IArithmetic service = _service;
        service.Add(0, 0);
        Started = Stopwatch.GetTimestamp();
        for (long left = count; left > 0; left--)
        {
            service.Note((int)left);
        }

        // Its answer comes when all before it have been carried out.
        service.Add(0, 0);
    }
}
