using System.CommandLine;
using Viaduct.Cli.Output;
using Viaduct.Supervision;

namespace Viaduct.Cli.Verbs;

/// <summary><c>viaduct services</c>: the services of this machine, and what <c>viaduct serve</c> is to do with those that it keeps running.</summary>
internal static class ServicesVerb
{
    private const string Description = "List the services of this machine, or tell 'viaduct serve' what to do with those that it keeps running.";

    private const string Details =
        """
          viaduct services                             # where each stands, with its process, restarts, uptime and memory;
                                                       # those that programs serve by themselves, too
          viaduct services logs clock --follow
          viaduct services restart clock               # a new process serves before the old one ends; no call is lost
          viaduct services reload                      # after the description was changed
        """;

    /// <summary>Makes the command.</summary>
    /// <param name="interrupt">The signals.</param>
    public static Command Create(Interrupt interrupt)
    {
        NodeOptionSet nodeOptions = new();
        Option<bool> json = new("--json") { Description = "Write JSON: an array of services." };
        VerbCommand command = new("services", Description, Details);
        nodeOptions.AddMeetingPlaceTo(command);
        command.Add(json);
        command.SetAction(async (parsed, _) =>
        {
            interrupt.Listen();
            Write(await ListAsync(nodeOptions.ReadMeetingPlace(parsed)).WaitAsync(interrupt.Token), parsed.GetValue(json));
            return ExitCode.Success;
        });
        command.Add(CreateLogs(interrupt));
        command.Add(CreateReload(interrupt));
        command.Add(CreateDeed(interrupt, "restart", "Replace a service's process by a new one, without losing a call.", static (control, name) => control.RestartAsync(name)));
        command.Add(CreateDeed(interrupt, "start", "Start a service that does not run, and those that it depends on.", static (control, name) => control.StartAsync(name)));
        command.Add(CreateDeed(interrupt, "stop", "Stop a service until it is started again; calls wait.", static (control, name) => control.StopAsync(name)));
        return command;
    }

    /// <summary>Those that are kept running first, in the order of their description, then the others by name.</summary>
    private static async Task<ServiceView[]> ListAsync(NodeOptions place)
    {
        IReadOnlyList<NodeReport> nodes = Survey.Take(place);
        IReadOnlyList<ServedStatus> kept = [];
        if (nodes.Any(static node => node.Sockets.Any(static socket => ServiceCaller.IsServed(socket) && socket.Channel == IServiceControl.ServiceName)))
        {
            await ServiceCaller.ControlAsync(place, async control => kept = await control.StatusAsync());
        }
        else if (!nodes.Any(static node => node.Sockets.Any(ServiceCaller.IsServed)))
        {
            throw ServiceCaller.Nobody(place, "nobody serves");
        }

        // One that is being replaced has two processes, and only one of them is told.
        HashSet<string> known = [IServiceControl.ServiceName, .. kept.SelectMany(static service => service.Offers)];
        return
        [
            .. kept.Select(static service => ServiceView.Of(service, DateTimeOffset.UtcNow)),
            .. nodes.SelectMany(node => node.Sockets.Where(socket => ServiceCaller.IsServed(socket) && !known.Contains(socket.Channel)).Select(socket => ServiceView.Of(node, socket)))
                .OrderBy(static service => service.Name, StringComparer.Ordinal),
        ];
    }

    private static void Write(ServiceView[] views, bool json)
    {
        if (json)
        {
            JsonOutput.Write(views, CliJson.Default.ServiceViewArray);
        }
        else
        {
            ServiceView.ToTable(views).Write(Console.Out);
        }
    }

    private static Command CreateLogs(Interrupt interrupt)
    {
        NodeOptionSet nodeOptions = new();
        Argument<string> name = new("NAME") { Description = "The service's name in the description." };
        Option<bool> follow = new("--follow", "-f") { Description = "Go on with what the service writes from now on." };
        Option<int> lines = new("--lines", "-n") { Description = "How many of the last lines.", HelpName = "N", DefaultValueFactory = _ => 50 };
        lines.MustBe("0 or more", static count => count >= 0);
        Command command = new("logs", "Write the last lines of a service's output; each has its time, and 'out', 'err' or '---' (about the service).");
        command.Add(name);
        command.Add(follow);
        command.Add(lines);
        nodeOptions.AddMeetingPlaceTo(command);
        command.SetAction(async (parsed, _) =>
        {
            interrupt.Listen();
            await ServiceCaller.FindControlAsync(nodeOptions.ReadMeetingPlace(parsed), async control =>
            {
                await foreach (string line in control.LogAsync(parsed.GetValue(name)!, parsed.GetValue(lines), parsed.GetValue(follow), interrupt.Token))
                {
                    await Console.Out.WriteLineAsync(line);
                }
            });
            return ExitCode.Success;
        });
        return command;
    }

    private static Command CreateReload(Interrupt interrupt)
    {
        NodeOptionSet nodeOptions = new();
        Command command = new("reload", "Read the description again: what has changed is replaced, all else goes on.");
        nodeOptions.AddMeetingPlaceTo(command);
        command.SetAction(async (parsed, _) =>
        {
            interrupt.Listen();
            await ServiceCaller.FindControlAsync(nodeOptions.ReadMeetingPlace(parsed), async control =>
            {
                IReadOnlyList<string> done = await control.ReloadAsync();
                Console.Out.WriteLine(done.Count == 0 ? "nothing has changed" : string.Join('\n', done));
            }).WaitAsync(interrupt.Token);
            return ExitCode.Success;
        });
        return command;
    }

    private static Command CreateDeed(Interrupt interrupt, string verb, string description, Func<IServiceControl, string, Task> deed)
    {
        NodeOptionSet nodeOptions = new();
        Argument<string> name = new("NAME") { Description = "The service's name in the description." };
        Command command = new(verb, description);
        command.Add(name);
        nodeOptions.AddMeetingPlaceTo(command);
        command.SetAction(async (parsed, _) =>
        {
            interrupt.Listen();
            await ServiceCaller.FindControlAsync(nodeOptions.ReadMeetingPlace(parsed), control => deed(control, parsed.GetValue(name)!)).WaitAsync(interrupt.Token);
            return ExitCode.Success;
        });
        return command;
    }
}
