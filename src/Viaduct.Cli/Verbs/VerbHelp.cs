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
        int exitCode = _help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is VerbCommand verb)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(verb.Details);
        }

        return exitCode;
    }
}
