using System.CommandLine;
using Viaduct.Cli.Output;

namespace Viaduct.Cli.Verbs;

/// <summary><c>viaduct send</c>: standard input to a channel.</summary>
internal static class SendVerb
{
    private const string Description =
        "Send standard input to a channel, one message a line (or frame), and wait until all is consumed.";

    private const string Details =
        """
        Starts before or after the receivers; waits while 64 messages (--capacity) are not yet consumed. With several receivers each
        message goes to one of them, and what a receiver that dies had not consumed goes to another.

          cat events.csv | viaduct send events
          seq 1000 | viaduct send numbers --capacity 8        # the receiver says --capacity 8 too
          cat log | viaduct send log --peer 127.0.0.1:7400    # to 'viaduct receive log --listen 7400', no common directory
        """;

    /// <summary>Makes the command.</summary>
    /// <param name="interrupt">The signals.</param>
    public static Command Create(Interrupt interrupt)
    {
        NodeOptionSet nodeOptions = new();
        ChannelOptionSet channelOptions = new();
        Option<double?> linger = new("--linger")
        {
            Description = "After the end of input wait at most so many seconds for the rest to be consumed. Default: as long as it takes.",
            HelpName = "SECONDS",
        };
        Option<bool> quiet = new("--quiet", "-q") { Description = "Do not say on standard error that there is no receiver, or that a peer cannot be reached." };
        Option<bool> json = new("--json") { Description = "At the end write what was sent to standard output, as JSON." };
        linger.MustBe("between 0 and 1000000 seconds", static seconds => seconds is >= 0 and <= 1e6);

        VerbCommand command = new("send", Description, Details);
        channelOptions.AddTo(command);
        command.Add(linger);
        command.Add(quiet);
        command.Add(json);
        nodeOptions.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            interrupt.Listen();
            ChannelSpec<ReadOnlyMemory<byte>> channel = channelOptions.Read(parsed);
            InputSender sender = new(
                channel,
                nodeOptions.Read(parsed, "send", channel.Context),
                channelOptions.Format(parsed),
                parsed.GetValue(linger) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                parsed.GetValue(quiet));
            SendSummary summary = await sender.RunAsync(interrupt);
            if (parsed.GetValue(json))
            {
                JsonOutput.Write(summary, CliJson.Default.SendSummary);
            }

            return Tell(summary, interrupt);
        });
        return command;
    }

    private static int Tell(SendSummary summary, Interrupt interrupt)
    {
        if (summary.NotConsumed == 0 && !interrupt.Happened)
        {
            return ExitCode.Success;
        }

        string sent = Words.Number(summary.Messages);
        string notConsumed = Words.Number(summary.NotConsumed);
        Notice.Say(
            interrupt.Happened
                ? $"interrupted after {sent} messages, {notConsumed} of them not consumed."
                : $"--linger is over; {notConsumed} of {sent} messages sent were not consumed.");
        return interrupt.Happened ? interrupt.ExitCode : ExitCode.NotConsumed;
    }
}
