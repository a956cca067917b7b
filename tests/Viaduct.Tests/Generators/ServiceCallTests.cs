using System.Reflection;

namespace Viaduct.Tests.Generators;

/// <summary>Generated proxies and dispatchers, against a runtime that carries calls out at once.</summary>
public sealed class ServiceCallTests
{
    [Fact]
    public async Task Calls_of_every_shape_arrive_and_come_back()
    {
        Generated generated = Generated.From(Generated.Source("Service"), Generated.Source("RpcStub"), Generated.Source("ServiceProgram"));
        Assert.Empty(generated.Diagnostics);
        Assert.Empty(generated.Complaints);
        MethodInfo run = generated.Load().GetType("Shop.Program")!.GetMethod("Run")!;

        string log = await (Task<string>)run.Invoke(null, null)!;

        if (Environment.GetEnvironmentVariable("VIADUCT_SNAPSHOTS") == "keep")
        {
            await File.WriteAllTextAsync(Generated.PathOf("ServiceLog"), log + "\n", TestContext.Current.CancellationToken);
        }

        Assert.Equal(Generated.Source("ServiceLog"), log + "\n");
    }
}
