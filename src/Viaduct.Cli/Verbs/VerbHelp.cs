using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Viaduct.Cli.Verbs;

/// <summary>The usual help, and below it the details of a <see cref="VerbCommand"/>.</summary>
internal sealed class VerbHelp : SynchronousCommandLineAction
{
    private readonly HelpAction _help;

    /// <summary>Makes the action.</summary>
    /// <param name="help">The usual help.</param>
    public VerbHelp(HelpAction help)
    {
        _help = help;
        _help.MaxWidth = 120;
    }

    /// <inheritdoc/>
    public override bool ClearsParseErrors => _help.ClearsParseErrors;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        TextWriter output = parseResult.InvocationConfiguration.Output;
        using StringWriter text = new() { NewLine = "\n" };
        parseResult.InvocationConfiguration.Output = text;
        int exitCode = _help.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output = output;

        // The list of verbs writes an argument that may be left out like one that may not.
        output.Write(text.ToString()
            .Replace("channels <CHANNEL>", "channels [CHANNEL]", StringComparison.Ordinal)
            .Replace("serve <DESCRIPTION>", "serve [DESCRIPTION]", StringComparison.Ordinal)
            .Replace("<METHOD> <ARGUMENTS>", "<METHOD> [ARGUMENTS]", StringComparison.Ordinal));
        if (parseResult.CommandResult.Command is VerbCommand verb)
        {
            output.WriteLine(verb.Details);
        }

        return exitCode;
    }
}
