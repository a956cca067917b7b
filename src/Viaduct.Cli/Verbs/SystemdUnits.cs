using System.Globalization;
using Viaduct.Supervision;

namespace Viaduct.Cli.Verbs;

/// <summary>The texts of systemd units for one description.</summary>
/// <param name="description">The description.</param>
/// <param name="name">What they are called.</param>
/// <param name="system">Whether they are the system's and not a user's.</param>
internal sealed class SystemdUnits(ServingDescription description, string name, bool system)
{
    /// <summary>Seconds within which the command must show that it goes round.</summary>
    private const int Watchdog = 30;

    /// <summary>The units, by their file names.</summary>
    public IEnumerable<(string Unit, string Text)> Write()
    {
        yield return ($"{name}.service", Service());
        yield return ($"{name}.socket", Socket());
    }

    private string Service()
    {
        // All are stopped one after the other.
        double stop = description.Services.Sum(static service => service.StopGrace.TotalSeconds) + 10;
        double start = LongestStart() + 10;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            [Unit]
            Description=Viaduct services of {Escape(description.File)}

            [Service]
            Type=notify
            NotifyAccess=main
            ExecStart={string.Join(' ', Command().Append("serve").Append(description.File).Select(Quote))}
            ExecReload=/bin/kill -HUP $MAINPID
            WorkingDirectory={Escape(Path.GetDirectoryName(description.File)!)}
            WatchdogSec={Watchdog}
            Restart=always
            RestartSec=1
            TimeoutStartSec={start:0}
            TimeoutStopSec={stop:0}
            KillMode=mixed
            StandardOutput=journal
            StandardError=journal

            [Install]
            WantedBy={(system ? "multi-user.target" : "default.target")}

            """);
    }

    /// <summary>How many seconds the start may take: services start side by side, each after those that it depends on.</summary>
    private double LongestStart()
    {
        Dictionary<string, double> ends = [];
        foreach (ServedSpec service in description.Services)
        {
            ends[service.Name] = service.DependsOn.Select(name => ends[name]).Append(0).Max() + (service.OnDemand ? 0 : service.StartTimeout.TotalSeconds);
        }

        return ends.Values.Max();
    }

    private string Socket()
    {
        return $"""
            [Unit]
            Description=Starts {name}.service when one of its services is wanted

            [Socket]
            ListenStream={WakePath()}
            FileDescriptorName=wake
            SocketMode=0600
            DirectoryMode=0700
            Accept=no

            [Install]
            WantedBy=sockets.target

            """;
    }

    /// <summary>Where a user's runtime directory is only systemd knows: %t.</summary>
    private string WakePath()
    {
        const string Placeholder = "/runtime-directory-of-the-user";
        string path = WakeListener.PathOf(description.RuntimeDirectory ?? Placeholder, description.Domain);
        return description.RuntimeDirectory is null ? Escape(path).Replace(Placeholder, "%t/viaduct", StringComparison.Ordinal) : Escape(path);
    }

    private static IEnumerable<string> Command()
    {
        ChildProcessOptions own = ChildProcessOptions.ForThisProgram();
        return own.Arguments.Prepend(own.Executable);
    }

    private static string Escape(string text) => text.Replace("%", "%%", StringComparison.Ordinal);

    private static string Quote(string word)
    {
        string escaped = Escape(word).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("$", "$$", StringComparison.Ordinal);
        return escaped.Any(char.IsWhiteSpace) || escaped != word ? $"\"{escaped}\"" : escaped;
    }
}
