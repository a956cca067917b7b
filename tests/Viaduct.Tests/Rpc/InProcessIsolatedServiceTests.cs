using Viaduct.Supervision;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>An isolated service that is carried out here after all.</summary>
public sealed class InProcessIsolatedServiceTests() : IsolatedServiceSuite(DistanceKind.Thread, new IsolateOptions { InProcess = true })
{
    [Fact]
    public void There_are_no_processes()
    {
        Assert.Empty(Isolated!.Workers);
        Assert.Equal(0, Isolated.Started);
    }

    [Fact]
    public async Task Nobody_waits_for_processes_that_never_stand_by()
    {
        await Isolated!.WaitForWorkersAsync(2, Patience.Token).Within();
        await using Isolated<ITrial> two = Distance.Near.Isolate<ITrial, Trial>(new IsolateOptions { InProcess = true, Instances = 2 });
        await two.WaitForWorkersAsync(3, Patience.Token).Within();
    }

    [Fact]
    public void What_is_required_of_processes_is_refused_where_there_are_none()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => Distance.Near.Isolate<ITrial, Trial>(new IsolateOptions { InProcess = true, Confinement = Confinement.Strict.Require(ConfinementParts.Files) }));
        Assert.Contains("InProcess", error.Message, StringComparison.Ordinal);
    }
}
