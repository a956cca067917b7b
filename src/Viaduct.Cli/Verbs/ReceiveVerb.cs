using System.CommandLine;
using Viaduct.Cli.Pipes;

namespace Viaduct.Cli.Verbs;

/// <summary><c>viaduct receive</c>: a channel to standard output.</summary>
internal static class ReceiveVerb
{
    private const string Description =
        "Receive a channel's messages and write them to standard output, until every sender has completed.";

    private const string Details =
        """
        Starts before or after the senders. A message counts as consumed once it is written: what a receiver that is killed had not
        written goes to another one.

          viaduct receive events | wc -l
          viaduct receive numbers --count 10
          viaduct receive log --follow >> log.txt             # stays when the senders have completed
        """;

    /// <summary>Makes the command.</summary>
    /// <param name="interrupt">The signals.</param>
    public static Command Create(Interrupt interrupt)
    {
        NodeOptionSet nodeOptions = new();
        ChannelOptionSet channelOptions = new();
        Option<long?> count = new("--count", "-n")
        {
            Description = "End after so many messages (or fewer, when the senders complete before).",
            HelpName = "N",
        };
        Option<bool> follow = new("--follow", "-f") { Description = "Stay when the senders have completed, for those that come later." };
        Option<bool> quiet = new("--quiet", "-q") { Description = "Do not say on standard error that there is no sender, or that a peer cannot be reached." };
        Option<bool> json = new("--json") { Description = "Write each message as one line of JSON: sequence, attempt, bytes, and text or base64." };
        count.MustBe("1 or more", static messages => messages >= 1);

        VerbCommand command = new("receive", Description, Details);
        channelOptions.AddTo(command);
        command.Add(count);
        command.Add(follow);
        command.Add(quiet);
        command.Add(json);
        nodeOptions.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            interrupt.Listen();
            ChannelSpec<ReadOnlyMemory<byte>> channel = channelOptions.Read(parsed);
            OutputReceiver receiver = new(channel, nodeOptions.Read(parsed, "receive", channel.Context))
            {
                Format = parsed.GetValue(json) ? MessageFormat.Json : channelOptions.Format(parsed),
                Count = parsed.GetValue(count) ?? long.MaxValue,
                Follow = parsed.GetValue(follow),
                Quiet = parsed.GetValue(quiet),
            };
            return await receiver.RunAsync(interrupt);
        });
        return command;
    }
}
