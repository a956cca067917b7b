using Viaduct.Supervision;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>An isolated service.</summary>
public abstract class IsolatedServiceSuite(DistanceKind kind, IsolateOptions options) : ServiceSuite
{
    private protected Distance Distance { get; } = new(kind);

    private protected Isolated<ITrial>? Isolated { get; private set; }

    public override async ValueTask DisposeAsync()
    {
        if (Isolated is not null)
        {
            await Isolated.DisposeAsync().AsTask().Within();
        }

        await Distance.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override async Task<ITrial> Connect()
    {
        Isolated = Distance.Near.Isolate<ITrial, Trial>(options);
        await Isolated.WaitForWorkersAsync(1, Patience.Token).Within();
        return Isolated.Service;
    }
}
