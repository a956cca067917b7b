using Viaduct.Tests.Support;

namespace Viaduct.Tests.Documentation;

public sealed class ThermometerProgramTests
{
    [Fact]
    public async Task The_program_in_the_page_on_channels_does_what_it_says()
    {
        await using var distance = new Distance(DistanceKind.Thread);

        (double[] logged, double shown) = await Background.Run(() => ThermometerProgram.Run(distance.Near)).Within();

        Assert.Equal([4.3, 4.2, 4.1, 4.0], logged);
        Assert.Equal(4.0, shown);
    }
}
