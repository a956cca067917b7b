using System.CommandLine;
using Viaduct.Cli.Output;
using Viaduct.Supervision;

namespace Viaduct.Cli.Verbs;

/// <summary><c>viaduct services</c>: what <c>viaduct serve</c> keeps running, and what is to be done with it.</summary>
internal static class ServicesVerb
{
    private const string Description = "List the services that 'viaduct serve' keeps running, or tell it what to do with them.";

    private const string Details =
        """
          viaduct services                             where each stands, with its process, restarts, uptime and memory
          viaduct services logs clock --follow
          viaduct services restart clock               a new process serves before the old one ends; no call is lost
          viaduct services reload                      after the description was changed
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
            await ServiceCaller.ControlAsync(nodeOptions.ReadMeetingPlace(parsed), async control => Write(await control.StatusAsync(), parsed.GetValue(json)))
                .WaitAsync(interrupt.Token);
            return ExitCode.Success;
        });
        command.Add(CreateLogs(interrupt));
        command.Add(CreateReload(interrupt));
        command.Add(CreateDeed(interrupt, "restart", "Replace a service's process by a new one, without losing a call.", static (control, name) => control.RestartAsync(name)));
        command.Add(CreateDeed(interrupt, "start", "Start a service that does not run, and those that it depends on.", static (control, name) => control.StartAsync(name)));
        command.Add(CreateDeed(interrupt, "stop", "Stop a service until it is started again; calls wait.", static (control, name) => control.StopAsync(name)));
        return command;
    }

    private static void Write(IReadOnlyList<ServedStatus> services, bool json)
    {
        ServiceView[] views = [.. services.Select(service => ServiceView.Of(service, DateTimeOffset.UtcNow))];
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
        Command command = new("logs", "Write the last lines of a service's output; each has its time, and 'out', 'err' or '---' (about the service).");
        command.Add(name);
        command.Add(follow);
        command.Add(lines);
        nodeOptions.AddMeetingPlaceTo(command);
        command.SetAction(async (parsed, _) =>
        {
            interrupt.Listen();
            await ServiceCaller.ControlAsync(nodeOptions.ReadMeetingPlace(parsed), async control =>
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
            await ServiceCaller.ControlAsync(nodeOptions.ReadMeetingPlace(parsed), async control =>
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
            await ServiceCaller.ControlAsync(nodeOptions.ReadMeetingPlace(parsed), control => deed(control, parsed.GetValue(name)!)).WaitAsync(interrupt.Token);
            return ExitCode.Success;
        });
        return command;
    }
}
