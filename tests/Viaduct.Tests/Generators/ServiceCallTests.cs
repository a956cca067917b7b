using System.Reflection;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Generators;

/// <summary>Generated proxies and dispatchers, between two threads.</summary>
public sealed class ServiceCallTests
{
    [Fact]
    public async Task Calls_of_every_shape_arrive_and_come_back()
    {
        Generated generated = Generated.From(Generated.Source("Service"), Generated.Source("ServiceProgram"));
        Assert.Empty(generated.Diagnostics);
        Assert.Empty(generated.Complaints);
        MethodInfo run = generated.Load().GetType("Shop.Program")!.GetMethod("Run")!;

        string log = await Background.Run(() => ((Task<string>)run.Invoke(null, null)!).GetAwaiter().GetResult()).Within();

        if (Environment.GetEnvironmentVariable("VIADUCT_SNAPSHOTS") == "keep")
        {
            await File.WriteAllTextAsync(Generated.PathOf("ServiceLog"), log + "\n", TestContext.Current.CancellationToken);
        }

        Assert.Equal(Generated.Source("ServiceLog"), log + "\n");
    }

    [Fact]
    public async Task Whatever_names_a_contract_has_it_is_called()
    {
        Generated generated = Generated.From(Generated.Source("Names"), Generated.Source("NamesProgram"));
        Assert.Empty(generated.Diagnostics);
        Assert.Empty(generated.Complaints);
        MethodInfo run = generated.Load().GetType("class.namespace.Program")!.GetMethod("Run")!;

        await Background.Run(() => ((Task)run.Invoke(null, null)!).GetAwaiter().GetResult()).Within();
    }

    [Fact]
    public async Task Older_and_newer_callers_and_services_understand_each_other()
    {
        MethodInfo run = Versions().GetMethod("Run")!;

        string log = await Background.Run(() => ((Task<string>)run.Invoke(null, null)!).GetAwaiter().GetResult()).Within();

        Assert.Equal(
            [
                "1 old 0 piece",
                "5",
                "2 1 null",
                "missing",
                "OldItem { Number = 2, Name = new False - }",
                "5",
                "2 2",
                "no break",
                "no break",
            ],
            log.Split('\n'));
    }

    [Fact]
    public void Whatever_arguments_are_they_are_read_or_refused()
    {
        int count = Effort.Cases(5_000);

        int carriedOut = (int)Versions().GetMethod("Attack")!.Invoke(null, [Effort.Seed(61), count])!;

        Assert.InRange(carriedOut, count / 100, count - 1);
    }

    private static Type Versions()
    {
        Generated generated = Generated.From(Generated.Source("Versions"));
        Assert.Empty(generated.Diagnostics);
        Assert.Empty(generated.Complaints);
        return generated.Load().GetType("Shop.Program")!;
    }
}
