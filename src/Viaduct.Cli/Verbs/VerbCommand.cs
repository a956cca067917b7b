using System.CommandLine;

namespace Viaduct.Cli.Verbs;

/// <summary>A command that says in a line what it does, and below its options what else is worth knowing.</summary>
internal sealed class VerbCommand : Command
{
    /// <summary>Makes the command.</summary>
    /// <param name="name">The verb.</param>
    /// <param name="description">One line.</param>
    /// <param name="details">Text of lines of at most 120 characters, with examples.</param>
    public VerbCommand(string name, string description, string details)
        : base(name, description)
    {
        Details = details;
    }

    /// <summary>What stands below the options.</summary>
    public string Details { get; }
}
