using System.CommandLine;
using System.Globalization;
using System.Net;

namespace Viaduct.Cli.Verbs;

/// <summary>The options that say where this command stands: its domain, its address, its peers.</summary>
internal sealed class NodeOptionSet
{
    private readonly Option<string> _domain = new("--domain")
    {
        Description = "The domain: only nodes of the same domain see each other.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "default",
    };

    private readonly Option<string?> _directory = new("--runtime-directory")
    {
        Description = "Where this machine's nodes meet. Default: $VIADUCT_RUNTIME_DIR, else $XDG_RUNTIME_DIR/viaduct, else viaduct-UID in the temporary directory.",
        HelpName = "DIR",
    };

    private readonly Option<string?> _listen = new("--listen")
    {
        Description = "Accept peers of other machines here: IP:PORT, or PORT alone for 127.0.0.1. Default: not at all.",
        HelpName = "IP:PORT",
    };

    private readonly Option<string[]> _peers = new("--peer")
    {
        Description = "A node of another machine to connect to. May be given several times.",
        HelpName = "HOST:PORT",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
    };

    private readonly Option<bool> _plaintext = new("--allow-plaintext")
    {
        Description = "Allow TCP without encryption to and from addresses that are not loopback.",
    };

    private readonly Option<string?> _name = new("--name")
    {
        Description = "How this node appears to others. Default: the verb and the process id.",
        HelpName = "NAME",
    };

    /// <summary>The runtime directory given, or null.</summary>
    /// <param name="parsed">The command line.</param>
    public string? Directory(ParseResult parsed) => parsed.GetValue(_directory);

    /// <summary>Adds the options to a command that joins.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        AddMeetingPlaceTo(command);
        command.Add(_listen);
        command.Add(_peers);
        command.Add(_plaintext);
        command.Add(_name);
    }

    /// <summary>Adds only the options that say where nodes meet, for a command that looks and does not join.</summary>
    /// <param name="command">The command.</param>
    public void AddMeetingPlaceTo(Command command)
    {
        command.Add(_domain);
        command.Add(_directory);
    }

    /// <summary>The options of the node.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="defaultName">The node's name where none is given.</param>
    /// <param name="context">How far the channel's peers may be.</param>
    /// <exception cref="CommandException">An address cannot be read, or there is none where the channel is between machines only.</exception>
    public NodeOptions Read(ParseResult parsed, string defaultName, Context context)
    {
        NodeOptions options = new()
        {
            Name = parsed.GetValue(_name) ?? $"{defaultName}-{Environment.ProcessId}",
            Domain = parsed.GetValue(_domain)!,
            RuntimeDirectory = parsed.GetValue(_directory),
            Listen = ReadAddress(parsed.GetValue(_listen)),
            AllowPlaintext = parsed.GetValue(_plaintext),
        };
        foreach (string peer in parsed.GetValue(_peers) ?? [])
        {
            options.Peers.Add(peer);
        }

        return context != Context.DistributedProcess || options.Listen is not null || options.Peers.Count > 0
            ? options
            : throw new CommandException("--context DistributedProcess needs --listen or --peer: without them no other machine can be met.", ExitCode.Usage);
    }

    /// <summary>The options of a survey.</summary>
    /// <param name="parsed">The command line.</param>
    public NodeOptions ReadMeetingPlace(ParseResult parsed)
    {
        return new NodeOptions { Domain = parsed.GetValue(_domain)!, RuntimeDirectory = parsed.GetValue(_directory) };
    }

    private static IPEndPoint? ReadAddress(string? text)
    {
        if (text is null)
        {
            return null;
        }

        string full = ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? "127.0.0.1:" + text : text;
        return full.Contains(':') && IPEndPoint.TryParse(full, out IPEndPoint? address)
            ? address
            : throw new CommandException(
                $"--listen {text}: expected an address and a port such as 127.0.0.1:7400 or [::1]:7400, or a port alone.", ExitCode.Usage);
    }
}
