using System.CommandLine;
using Viaduct.Supervision;

namespace Viaduct.Cli.Verbs;

/// <summary><c>viaduct systemd-unit</c>: the units that have systemd keep <c>viaduct serve</c> running.</summary>
internal static class SystemdUnitVerb
{
    private const string Description = "Write systemd units that keep 'viaduct serve' running: a service and a socket.";

    private const string Details =
        """
        The service tells systemd when it is ready, what it does, and again and again that it goes on; 'systemctl reload' reads the
        description again. The socket is the domain's wake socket: a program that finds nobody to call connects to it, and systemd
        starts the service then.

          viaduct systemd-unit services.json --output ~/.config/systemd/user
          systemctl --user daemon-reload && systemctl --user enable --now viaduct-services.socket
        """;

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        Argument<string> file = new("DESCRIPTION") { Description = "The description file." };
        Option<string?> output = new("--output") { Description = "The directory to write the units to. Default: to standard output.", HelpName = "DIR" };
        Option<string?> name = new("--name") { Description = "What the units are called. Default: viaduct- and the file's name.", HelpName = "NAME" };
        Option<bool> system = new("--system") { Description = "For the system's own systemd instead of a user's: the description must name its runtime directory." };
        VerbCommand command = new("systemd-unit", Description, Details);
        command.Add(file);
        command.Add(output);
        command.Add(name);
        command.Add(system);
        command.SetAction(parsed =>
        {
            ServingDescription description = ServingDescription.Load(parsed.GetValue(file)!);
            if (parsed.GetValue(system) && description.RuntimeDirectory is null)
            {
                throw new CommandException($"{parsed.GetValue(file)}: --system needs \"runtimeDirectory\", such as \"/run/viaduct\": the system has no user's directory.");
            }

            string called = parsed.GetValue(name) ?? "viaduct-" + Path.GetFileNameWithoutExtension(description.File);
            RequireUnitName(called);
            SystemdUnits units = new(description, called, parsed.GetValue(system));
            foreach ((string unit, string text) in units.Write())
            {
                if (parsed.GetValue(output) is { } directory)
                {
                    Write(directory, unit, text);
                    Console.Out.WriteLine(Path.Combine(directory, unit));
                }
                else
                {
                    Console.Out.WriteLine($"# {unit}\n{text}");
                }
            }

            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>What systemd takes, systemd.unit(5), less what has a meaning there: '@' of templates, a dot at the beginning of hidden files.</summary>
    private static void RequireUnitName(string name)
    {
        const int Longest = 255;
        bool isOne = name.Length > 0 && name[0] != '.' && name.Length + ".service".Length <= Longest && name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is ':' or '-' or '_' or '.' or '\\');
        if (!isOne)
        {
            throw new CommandException(
                $"Units can't be called '{name}': give a --name of at most {Longest - ".service".Length} ASCII letters, digits, '-', '_', ':', '.' and '\\', without a dot at its beginning.", ExitCode.Usage);
        }
    }

    private static void Write(string directory, string unit, string text)
    {
        try
        {
            Directory.CreateDirectory(directory);
            File.WriteAllText(Path.Combine(directory, unit), text);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // Of a directory that can't be made the framework may say no more than that it is not there.
            string why = Directory.Exists(directory) ? $"{unit} can't be written: {problem.Message}"
                : problem is FileNotFoundException or DirectoryNotFoundException ? "there is no such directory, and none can be made there."
                : $"the directory can't be made: {problem.Message}";
            throw new CommandException($"--output {directory}: {why}");
        }
    }
}
