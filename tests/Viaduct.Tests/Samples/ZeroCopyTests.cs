using Viaduct.Tests.Cli;

namespace Viaduct.Tests.Samples;

/// <summary>samples/ZeroCopy.</summary>
public sealed class ZeroCopyTests : ProgramTests
{
    [Fact]
    public async Task Every_frame_that_the_camera_publishes_is_watched()
    {
        RunningProgram watcher = Start("ZeroCopy", "watch");
        RunningProgram camera = Start("ZeroCopy");
        await camera.SucceedAsync();
        await watcher.SucceedAsync();

        string[] lines = watcher.OutputText.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(100, lines.Length);
        Assert.All(lines, (line, i) => Assert.Equal($"frame {i + 1}: the first pixel of 2073600 is {i}", line));
    }
}
