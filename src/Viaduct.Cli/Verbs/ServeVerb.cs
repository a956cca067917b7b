using System.CommandLine;
using System.Globalization;
using Viaduct.Supervision;

namespace Viaduct.Cli.Verbs;

/// <summary><c>viaduct serve</c>: keeps the programs of a description file serving.</summary>
internal static class ServeVerb
{
    private const string Description = "Keep the services of a description file running until this command is ended.";

    private const string Details =
        """
        The file names programs, the services that they offer, and when they are started and restarted; their schema (--schema)
        tells what each property does, and its default.
        Where they are found the file says too ("domain", "runtimeDirectory"): there is no --domain and no --runtime-directory.
        'viaduct services' talks to this command. SIGHUP reads the file again. Its services end with this command, however it
        ends.

          {"services": {"clock": {"command": "./clock", "args": ["--utc"], "offers": ["Acme.IClock"], "start": "onDemand"}}}

          viaduct serve services.json --check          # says what is wrong in the file, and starts nothing
          viaduct serve services.json
          viaduct serve --schema > services.schema.json
        """;

    /// <summary>Makes the command.</summary>
    /// <param name="interrupt">The signals.</param>
    public static Command Create(Interrupt interrupt)
    {
        Argument<string?> file = new("DESCRIPTION") { Description = "The description file, JSON. Only --schema needs none.", Arity = ArgumentArity.ZeroOrOne };
        Option<bool> check = new("--check") { Description = "Read the file, say what is wrong in it, and end." };
        Option<bool> schema = new("--schema") { Description = "Write the JSON schema of such files, for editors, and end." };
        Option<bool> quiet = new("--quiet", "-q") { Description = "Do not say on standard error what happens to the services." };
        VerbCommand command = new("serve", Description, Details);
        command.Add(file);
        command.Add(check);
        command.Add(schema);
        command.Add(quiet);
        command.Validators.Add(result =>
        {
            if (result.GetValue(file) is null && !result.GetValue(schema))
            {
                result.AddError("Name the description file.");
            }
        });
        command.SetAction(async (parsed, _) =>
        {
            if (parsed.GetValue(schema))
            {
                Console.Out.Write(DescriptionSchema.Read());
                return ExitCode.Success;
            }

            string path = parsed.GetValue(file)!;
            ServingDescription description = ServingDescription.Load(path);
            if (parsed.GetValue(check))
            {
                CheckPrograms(path, description);
                Console.Out.WriteLine($"{path}: {Count(description)}, nothing wrong");
                return ExitCode.Success;
            }

            await RunAsync(description, interrupt, parsed.GetValue(quiet));
            return ExitCode.Success;
        });
        return command;
    }

    private static async Task RunAsync(ServingDescription description, Interrupt interrupt, bool quiet)
    {
        void Tell(string text)
        {
            if (!quiet)
            {
                Notice.SayAgain(text);
            }
        }

        using SystemdNotifier? notifier = SystemdNotifier.Take();
        WakeListener[] listeners = [.. ListenSockets.Take().Select(static passed => new WakeListener(passed.Socket))];
        TaskCompletionSource<ServiceManager> started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        interrupt.Listen(() => _ = ReloadAsync(started.Task, Tell));
        try
        {
            await using ServiceManager serving = await ServiceManager.StartAsync(description, Tell, notifier, interrupt.Token);
            started.SetResult(serving);
            Tell($"serving {Count(description)} of {description.File} in the domain '{description.Domain}'");
            TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
            await using CancellationTokenRegistration end = interrupt.Token.Register(ended.SetResult);
            await ended.Task;

            // Before the services go: who finds nobody from then on is for the next one that systemd starts, and must not be accepted by this one.
            Array.ForEach(listeners, static listener => listener.Dispose());
        }
        catch (OperationCanceledException) when (interrupt.Happened)
        {
            // Ended while it started.
        }
        finally
        {
            Array.ForEach(listeners, static listener => listener.Dispose());
        }
    }

    /// <summary>Looks for the programs, which need not be there before they are started.</summary>
    private static void CheckPrograms(string path, ServingDescription description)
    {
        List<string> missing = [];
        foreach (ServedSpec service in description.Services)
        {
            try
            {
                ExecutablePath.Resolve(service.Command);
            }
            catch (ChildStartException error)
            {
                string hint = service.Command.Contains(' ', StringComparison.Ordinal) ? " Arguments are no part of the command: they go into 'args'." : "";
                missing.Add($"{path}: services.{service.Name}.command: {error.Message}{hint}");
            }
        }

        if (missing.Count > 0)
        {
            throw new CommandException(string.Join('\n', missing));
        }
    }

    private static string Count(ServingDescription description)
    {
        return description.Services.Count == 1 ? "1 service" : string.Create(CultureInfo.InvariantCulture, $"{description.Services.Count} services");
    }

    /// <summary>Has the description read again, as soon as all that starts at once has been started.</summary>
    private static async Task ReloadAsync(Task<ServiceManager> started, Action<string> tell)
    {
        if (!started.IsCompleted)
        {
            tell("the description is read again when the services have started");
        }

        try
        {
            ServiceManager manager = await started;
            foreach (string line in await manager.ReloadAsync())
            {
                tell(line);
            }
        }
        catch (Exception error)
        {
            // Nobody waits for this: what is not told here, whatever it is, is told nowhere.
            tell(error.Message);
        }
    }
}
