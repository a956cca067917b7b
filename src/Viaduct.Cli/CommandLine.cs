using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Viaduct.Cli.Demo;
using Viaduct.Cli.Pipes;
using Viaduct.Cli.Verbs;
using Viaduct.Rpc;

namespace Viaduct.Cli;

/// <summary>The command tree, and how errors become words and exit codes.</summary>
internal static class CommandLine
{
    private const string Description =
        """
        Send and receive messages on Viaduct channels from a shell, keep services running and call them, see who is there.

        Two terminals, in either order:
          viaduct receive greetings
          echo hello | viaduct send greetings

        Services that programs offer ([Service]); the call waits until one serves:
          viaduct serve services.json
          viaduct call Acme.IClock Read '{"zone": "UTC"}'

        Exit codes: 0 done, 1 failed, 2 wrong usage, 3 a sender or service died before it had completed, 4 not everything
        was consumed in time (--linger), 128 + N ended by signal N (Ctrl-C: 130), 141 the reader of standard output went away.
        """;

    /// <summary>Runs one command.</summary>
    /// <param name="args">The arguments as the process got them.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        using Interrupt interrupt = new();
        ParseResult parsed = CreateRoot(interrupt).Parse(args);
        InvocationConfiguration configuration = new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        if (parsed.Errors.Count > 0)
        {
            return await ExplainAsync(parsed, configuration);
        }

        try
        {
            return await parsed.InvokeAsync(configuration, interrupt.Token);
        }
        catch (OperationCanceledException) when (interrupt.Happened)
        {
            return interrupt.ExitCode;
        }
        catch (BrokenPipeException)
        {
            return ExitCode.BrokenPipe;
        }
        catch (CommandException problem)
        {
            return Tell(problem.Message, problem.ExitCode);
        }
        catch (ViaductException problem)
        {
            return Tell(problem.Message, problem is PeerLostException or OutcomeUnknownException or PoisonedCallException ? ExitCode.PeerLost : ExitCode.Failure);
        }
        catch (Exception problem) when (problem is TimeoutException or NotSupportedException and not PlatformNotSupportedException)
        {
            return Tell(problem.Message, ExitCode.Failure);
        }
        catch (ArgumentException problem)
        {
            // A name, an address or a number that the library does not take: it came from the command line.
            return Tell(problem.Message, ExitCode.Usage);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException
            or PlatformNotSupportedException or System.Net.Sockets.SocketException)
        {
            return Tell(problem.Message, ExitCode.Failure);
        }
    }

    private static RootCommand CreateRoot(Interrupt interrupt)
    {
        RootCommand root = new(Description) { HelpName = "viaduct" };
        root.Add(SendVerb.Create(interrupt));
        root.Add(ReceiveVerb.Create(interrupt));
        root.Add(NodesVerb.Create());
        root.Add(ChannelsVerb.Create());
        root.Add(ServeVerb.Create(interrupt));
        root.Add(ServicesVerb.Create(interrupt));
        root.Add(DescribeVerb.Create(interrupt));
        root.Add(CallVerb.Create(interrupt));
        root.Add(SystemdUnitVerb.Create());
        root.Add(DemoVerb.Create(interrupt));
        foreach (DemoRole role in Enum.GetValues<DemoRole>())
        {
            root.Add(DemoRoleVerb.Create(role));
        }

        foreach (Option option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction help })
            {
                option.Action = new VerbHelp(help);
            }
        }

        return root;
    }

    /// <summary>Says what is wrong with a command line, and where to read on.</summary>
    private static async Task<int> ExplainAsync(ParseResult parsed, InvocationConfiguration configuration)
    {
        Command command = parsed.CommandResult.Command;
        if (parsed.Tokens.Count == 0)
        {
            configuration.Output = Console.Error;
            await parsed.RootCommandResult.Command.Parse("--help").InvokeAsync(configuration);
            return ExitCode.Usage;
        }

        if (command.Subcommands.Count > 0 && parsed.UnmatchedTokens is [string verb, ..] && !verb.StartsWith('-'))
        {
            IEnumerable<string> verbs = command.Subcommands.Where(candidate => !candidate.Hidden).Select(candidate => candidate.Name);
            Notice.Say(command is RootCommand
                ? $"there is no verb '{verb}'; the verbs are {string.Join(", ", verbs)}."
                : $"there is no '{command.Name} {verb}'; there are {string.Join(", ", verbs)}.");
        }
        else
        {
            foreach (ParseError error in parsed.Errors)
            {
                Notice.Say(error.Message);
            }
        }

        Console.Error.WriteLine($"Try '{UsageOf(command)} --help'.");
        return ExitCode.Usage;
    }

    private static string UsageOf(Command command)
    {
        return command is RootCommand ? "viaduct" : $"{UsageOf(command.Parents.OfType<Command>().First())} {command.Name}";
    }

    private static int Tell(string message, int exitCode)
    {
        Notice.Say(message);
        return exitCode;
    }
}
