using Viaduct.Supervision;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>The service in a process of its own.</summary>
public sealed class IsolatedServiceTests : ServiceSuite
{
    private readonly Distance _distance = new(DistanceKind.SharedMemory);
    private Isolated<ITrial>? _isolated;

    public override async ValueTask DisposeAsync()
    {
        if (_isolated is not null)
        {
            await _isolated.DisposeAsync().AsTask().Within();
        }

        await _distance.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override async Task<ITrial> Connect()
    {
        _isolated = _distance.Near.Isolate<ITrial, Trial>(new IsolateOptions { Standbys = 0 });
        await _isolated.WaitForWorkersAsync(1, Patience.Token).Within();
        return _isolated.Service;
    }
}
