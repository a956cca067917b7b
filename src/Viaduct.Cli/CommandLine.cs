using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Viaduct.Cli.Demo;
using Viaduct.Cli.Pipes;
using Viaduct.Cli.Verbs;

namespace Viaduct.Cli;

/// <summary>The command tree, and how errors become words and exit codes.</summary>
internal static class CommandLine
{
    private const string Description =
        """
        Send and receive messages on Viaduct channels from a shell, and look at who is there.

        Two terminals, in either order:
          viaduct receive greetings
          echo hello | viaduct send greetings

        Exit codes: 0 done, 1 failed, 2 wrong usage, 3 a sender died before it had completed, 4 not everything was consumed
        in time (--linger), 128 + N ended by signal N (Ctrl-C: 130), 141 the reader of standard output went away.
        """;

    /// <summary>Runs one command.</summary>
    /// <param name="args">The arguments as the process got them.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        using Interrupt interrupt = new();
        ParseResult parsed = CreateRoot(interrupt).Parse(args);
        InvocationConfiguration configuration = new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        if (parsed.Action is ParseErrorAction errors)
        {
            errors.ShowHelp = args.Length == 0;
            configuration.Output = Console.Error;
            await parsed.InvokeAsync(configuration, interrupt.Token);
            Console.Error.WriteLine($"Try '{UsageOf(parsed.CommandResult.Command)} --help'.");
            return ExitCode.Usage;
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
            return Tell(problem.Message, problem is PeerLostException ? ExitCode.PeerLost : ExitCode.Failure);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException
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

    private static string UsageOf(Command command)
    {
        return command is RootCommand ? "viaduct" : "viaduct " + command.Name;
    }

    private static int Tell(string message, int exitCode)
    {
        // What the library says of its API, in the words of this command.
        int parameter = message.IndexOf(" (Parameter '", StringComparison.Ordinal);
        string words = (parameter < 0 ? message : message[..parameter]).Replace("set AllowPlaintext = true", "give --allow-plaintext", StringComparison.Ordinal);
        Console.Error.WriteLine("viaduct: " + words);
        return exitCode;
    }
}
