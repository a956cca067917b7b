using System.Globalization;
using Viaduct.Tests.Cli;
using Viaduct.Tests.Packaging;

namespace Viaduct.Tests.Samples;

/// <summary>samples/EventLoop.</summary>
public sealed class EventLoopTests : ProgramTests
{
    [Theory]
    [InlineData("threads", "InProcess")]
    [InlineData("processes", "SharedMemory")]
    public async Task Known_masses_make_the_expected_histogram(string where, string route)
    {
        // Two muons at right angles to the beam and back to back, each with half of the mass: M = √(2·(m/2)²·(1 − cos π)) = m.
        double[] masses = [.. Enumerable.Range(0, 3000).Select(i => 60.5 + (i % 60)), .. Enumerable.Repeat(91.25, 500), 45.5, 130.5];
        string file = Path.Combine(Folder, "pairs.csv");
        IEnumerable<string> rows = masses.Select((mass, i) => string.Create(
            CultureInfo.InvariantCulture, $"1,{i},{mass / 2:R},0,0,1,0,0,{mass / 2:R},0,{Math.PI:R},-1,0,0"));
        await File.WriteAllLinesAsync(
            file, rows.Prepend("Run,Event,pt1,eta1,phi1,Q1,dxy1,iso1,pt2,eta2,phi2,Q2,dxy2,iso2"), TestContext.Current.CancellationToken);

        RunningProgram sample = Start("EventLoop", file, where, "2");
        await sample.SucceedAsync();
        Assert.Contains($"2 workers, by {route}: ", sample.OutputText);
        Assert.EndsWith(string.Create(CultureInfo.InvariantCulture, $"events=3502 within=3500 fullest=91 mean={masses.Average():F3}\n"), sample.OutputText);
        Assert.Matches(@"  91 GeV +550 #{60}\n", sample.OutputText);
        Assert.Empty(sample.Error);
    }

    [Theory]
    [InlineData("threads")]
    [InlineData("processes")]
    public async Task Real_collisions_show_the_Z_boson(string where)
    {
        string data = Environment.GetEnvironmentVariable("VIADUCT_DATA") ?? Repository.PathOf("..", "shared", "data");
        string file = Path.Combine(data, "zmumu-run2011a.csv");
        Assert.SkipUnless(File.Exists(file), "The file of real events is not beside the repository, and VIADUCT_DATA does not name its folder.");

        RunningProgram sample = Start("EventLoop", file, where);
        await sample.SucceedAsync();
        Assert.EndsWith("events=10583 within=10583 fullest=90 mean=87.930\n", sample.OutputText);
    }

    [Theory]
    [InlineData("threads", "a,b\n1,2\n", "has no column 'pt1'")]
    [InlineData("processes", "a,b\n1,2\n", "has no column 'pt1'")]
    [InlineData("threads", "pt1,eta1,phi1,pt2,eta2,phi2\n1,2,3,4,5,6\n1,2,3,4,five,6\n", "line 3: no number in the column 'eta2'")]
    [InlineData("processes", "pt1,eta1,phi1,pt2,eta2,phi2\n1,2,3,4,5,6\n1,2\n", "line 3: no number in the column 'phi1'")]
    public async Task A_file_that_is_something_else_is_an_error_and_no_wait(string where, string content, string error)
    {
        string file = Path.Combine(Folder, "bad.csv");
        await File.WriteAllTextAsync(file, content, TestContext.Current.CancellationToken);
        RunningProgram sample = Start("EventLoop", file, where, "2");
        Assert.Equal(1, await sample.EndAsync());
        Assert.Contains(error, sample.Error);
        Assert.DoesNotContain("   at ", sample.Error);
    }

    [Fact]
    public async Task A_missing_file_is_named()
    {
        RunningProgram sample = Start("EventLoop", "no-such.csv");
        Assert.Equal(1, await sample.EndAsync());
        Assert.Contains("no-such.csv does not exist", sample.Error);
    }
}
