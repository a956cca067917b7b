using System.Text.RegularExpressions;
using Viaduct.Tests.Cli;
using Viaduct.Tests.Packaging;

namespace Viaduct.Tests.Samples;

/// <summary>The sample of docs/serving.md, with the commands that the page shows.</summary>
public sealed partial class ServedClockTests : ProgramTests
{
    [Fact]
    public async Task The_commands_of_the_page_answer_what_the_page_says()
    {
        string sample = Path.GetDirectoryName(BuiltProgram.PathOf("ServedClock"))!;
        string description = (await File.ReadAllTextAsync(Path.Combine(sample, "services.json"))).Replace("./ServedClock", BuiltProgram.PathOf("ServedClock"), StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(Folder, "services.json"), description);
        RunningProgram serve = Viaduct("serve", "services.json");

        // What is called before says that it waits.
        await serve.UntilAsync(program => program.Error.Contains("serving ", StringComparison.Ordinal));
        string transcript = Transcript().Match(await File.ReadAllTextAsync(Repository.PathOf("docs/serving.md"))).Groups["text"].Value;
        string[] steps = transcript.Split("$ viaduct ", StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEmpty(steps);
        foreach (string step in steps)
        {
            (string command, string expected) = (step[..step.IndexOf('\n', StringComparison.Ordinal)], step[(step.IndexOf('\n', StringComparison.Ordinal) + 1)..]);
            RunningProgram program = Shell("$VIADUCT " + command + " 2>&1");
            await program.EndAsync();
            Assert.Equal(expected, program.OutputText);
        }

        RunningProgram read = Viaduct("call", "Acme.IClock", "Read", """["UTC"]""");
        await read.SucceedAsync();
        Assert.Matches("""^\{"Time":"20\d\d-.*\+00:00","Source":"System"\}\n$""", read.OutputText);
        RunningProgram logs = Viaduct("services", "logs", "clock");
        await logs.SucceedAsync();
        Assert.Contains(" out clock of Cern\n", logs.OutputText, StringComparison.Ordinal);
        serve.Signal("TERM");
        await serve.SucceedAsync();
    }

    [GeneratedRegex(@"<!-- transcript -->\n```console\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Transcript();
}
