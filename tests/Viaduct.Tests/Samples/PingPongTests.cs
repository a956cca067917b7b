using Viaduct.Tests.Cli;

namespace Viaduct.Tests.Samples;

/// <summary>samples/PingPong.</summary>
public sealed class PingPongTests : ProgramTests
{
    [Theory]
    [InlineData("thread", "InProcess")]
    [InlineData("process", "SharedMemory")]
    [InlineData("machine", "Tcp")]
    public async Task Ping_is_answered_with_pong_at_each_distance(string distance, string route)
    {
        RunningProgram sample = Start("PingPong", distance, "500");
        await sample.SucceedAsync();
        Assert.Contains($"ping, pong by {route}: ", sample.OutputText);
        Assert.Contains("500 times ping, pong: ", sample.OutputText);
        Assert.Empty(sample.Error);
        Assert.Empty(Directory.EnumerateDirectories(Folder, "ping-pong-*"));
    }

    [Fact]
    public async Task Help_names_the_distances()
    {
        RunningProgram sample = Start("PingPong", "--help");
        await sample.SucceedAsync();
        Assert.Contains("thread|process|machine", sample.OutputText);
        Assert.Equal(2, await Start("PingPong", "far").EndAsync());
    }
}
