extern alias model;

using model::Viaduct.Model.Exploring;
using model::Viaduct.Model.Running;
using model::Viaduct.Model.Scenarios;

namespace Viaduct.Tests.Model;

/// <summary>
/// Every course of small scenarios, run by the product's own code over memory with a store buffer for each process: see docs/memory-model.md. The
/// seeded bugs show that the search would notice; each of them must be found.
/// </summary>
public sealed class MemoryModelTests(ITestOutputHelper output)
{
    private const string Untouched = "No access is where the seeded bug looks for one: the code has moved.";

    public static TheoryData<string> Scenarios => [.. Catalogue.Scenarios.Keys];

    public static TheoryData<string> Defects => [.. Catalogue.Defects.Keys];

    public static TheoryData<string> WeakDefects => [.. Catalogue.WeakDefects.Keys];

    /// <summary>Bugs that only a store buffer shows.</summary>
    public static TheoryData<string> Fences => [.. Catalogue.Defects.Keys.Where(static name => name.StartsWith("the fence", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void In_every_course_that_x86_allows_all_goes_well(string scenario) => AssertSound(scenario, Ordering.Total);

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void In_every_course_that_weakly_ordered_stores_allow_all_goes_well(string scenario) => AssertSound(scenario, Ordering.Weak);

    [Theory]
    [MemberData(nameof(Defects))]
    public void A_seeded_bug_is_found(string defect)
    {
        (Func<Scenario> scenario, Defect seeded) = Catalogue.Defects[defect];
        AssertFound(Explorer.Explore(scenario(), Ordering.Total, seeded));
    }

    [Theory]
    [MemberData(nameof(WeakDefects))]
    public void A_bug_that_x86_forgives_is_found_where_stores_are_weakly_ordered_and_only_there(string defect)
    {
        (Func<Scenario> scenario, Defect seeded) = Catalogue.WeakDefects[defect];
        AssertNotNoticed(Explorer.Explore(scenario(), Ordering.Total, seeded));
        AssertFound(Explorer.Explore(scenario(), Ordering.Weak, seeded));
    }

    [Theory]
    [MemberData(nameof(Fences))]
    public void Without_store_buffers_a_missing_fence_is_not_noticed(string defect)
    {
        (Func<Scenario> scenario, Defect seeded) = Catalogue.Defects[defect];
        AssertNotNoticed(Explorer.Explore(scenario(), Ordering.Sequential, seeded));
    }

    private void AssertSound(string name, Ordering ordering)
    {
        Outcome outcome = Explorer.Explore(Catalogue.Scenarios[name](), ordering);
        output.WriteLine($"{outcome.States:N0} states, {outcome.Moves:N0} moves, {outcome.Executions:N0} executions");
        Assert.True(outcome.Failure is null, outcome.Failure);
    }

    private static void AssertNotNoticed(Outcome outcome)
    {
        Assert.True(outcome.IsDefective, Untouched);
        Assert.Null(outcome.Failure);
    }

    private void AssertFound(Outcome outcome)
    {
        Assert.True(outcome.IsDefective, Untouched);
        Assert.NotNull(outcome.Failure);
        output.WriteLine(outcome.Failure);
    }
}
