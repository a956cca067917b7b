using Viaduct.Tests.Support;

namespace Viaduct.Tests.Documentation;

public sealed class RunProgramTests
{
    [Fact]
    public async Task The_program_in_the_page_on_messages_passes_a_message_with_all_that_is_in_it()
    {
        await using var distance = new Distance(DistanceKind.Thread);

        Stopped stopped = Assert.IsType<Stopped>(await Background.Run(() => RunProgram.Pass(distance.Near)).Within());

        Assert.Equal(17, stopped.Run);
        Assert.Equal([4.2, 4.1], stopped.Last!.Items[0].Values);
        Assert.Equal("north", stopped.Last.Items[0].Detector.Name);
    }
}
