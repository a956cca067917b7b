using Viaduct.Supervision;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>An isolated service that is carried out here after all.</summary>
public sealed class InProcessIsolatedServiceTests : ServiceSuite
{
    private readonly Distance _distance = new(DistanceKind.Thread);
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

    [Fact]
    public void What_is_required_of_processes_is_refused_where_there_are_none()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => _distance.Near.Isolate<ITrial, Trial>(new IsolateOptions { InProcess = true, Confinement = Confinement.Strict.Require(ConfinementParts.Files) }));
        Assert.Contains("InProcess", error.Message, StringComparison.Ordinal);
    }

    protected override async Task<ITrial> Connect()
    {
        _isolated = _distance.Near.Isolate<ITrial, Trial>(new IsolateOptions { InProcess = true });
        await _isolated.WaitForWorkersAsync(1, Patience.Token).Within();
        Assert.Empty(_isolated.Workers);
        Assert.Equal(0, _isolated.Started);
        return _isolated.Service;
    }
}
