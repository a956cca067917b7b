using System.CommandLine;
using Viaduct.Cli.Pipes;

namespace Viaduct.Cli.Verbs;

/// <summary>The channel and what both its ends must agree on, as arguments of a command.</summary>
internal sealed class ChannelOptionSet
{
    private readonly Argument<string> _channel = new("CHANNEL") { Description = "The channel's name." };

    private readonly Option<Topology> _topology = new("--topology")
    {
        Description = "How many senders and receivers there may be. Both ends must say the same.",
        HelpName = "ManyToMany|OneToOne|OneToMany|ManyToOne",
        DefaultValueFactory = _ => Topology.ManyToMany,
    };

    private readonly Option<int> _capacity = new("--capacity")
    {
        Description = "How many messages may be sent and not yet consumed; 0: each send waits for its receive. Both ends must say the same.",
        HelpName = "K",
        DefaultValueFactory = _ => 64,
    };

    private readonly Option<Context> _context = new("--context")
    {
        Description = "How far the peer may be. Auto: anywhere, over the fastest route there is.",
        HelpName = "Auto|LocalProcess|DistributedProcess",
        DefaultValueFactory = _ => Context.Auto,
    };

    private readonly Option<bool> _lines = new("--lines")
    {
        Description = "A message is a line with its line feed: what comes out is byte for byte what went in. The default.",
    };

    private readonly Option<bool> _frames = new("--frames")
    {
        Description = "A message is a frame: its length as four bytes, little-endian, and its bytes. For binary messages.",
    };

    private readonly Option<bool> _text = new("--text")
    {
        Description = "The channel carries text (ChannelSpec<string>): a message is a line of UTF-8 without its line feed.",
    };

    /// <summary>Makes the set.</summary>
    public ChannelOptionSet()
    {
        _topology.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, Enum.GetNames<Topology>());
        _context.AcceptOnlyFromAmong(
            StringComparer.OrdinalIgnoreCase, nameof(Context.Auto), nameof(Context.LocalProcess), nameof(Context.DistributedProcess));
        _capacity.MustBe("0 or more", static messages => messages >= 0);
    }

    /// <summary>Adds the argument and the options to a command.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        command.Add(_channel);
        command.Add(_lines);
        command.Add(_frames);
        command.Add(_text);
        command.Add(_capacity);
        command.Add(_topology);
        command.Add(_context);
        command.Validators.Add(result =>
        {
            int formats = (result.GetValue(_lines) ? 1 : 0) + (result.GetValue(_frames) ? 1 : 0) + (result.GetValue(_text) ? 1 : 0);
            if (formats > 1)
            {
                result.AddError("Give one of --lines, --frames and --text.");
            }
        });
    }

    /// <summary>How messages stand in standard input or output.</summary>
    /// <param name="parsed">The command line.</param>
    public MessageFormat Format(ParseResult parsed)
    {
        return parsed.GetValue(_frames) ? MessageFormat.Frames : parsed.GetValue(_text) ? MessageFormat.Text : MessageFormat.Lines;
    }

    /// <summary>The channel.</summary>
    /// <param name="parsed">The command line.</param>
    public ChannelSpec<ReadOnlyMemory<byte>> Read(ParseResult parsed)
    {
        return new ChannelSpec<ReadOnlyMemory<byte>>(parsed.GetValue(_channel)!)
        {
            Topology = parsed.GetValue(_topology),
            Capacity = parsed.GetValue(_capacity),
            Context = parsed.GetValue(_context),
            Codec = parsed.GetValue(_text) ? new TextBytes() : Codec.Bytes,
        };
    }
}
