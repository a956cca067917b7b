namespace Viaduct.Cli;

/// <summary>A failure that the user is told in one line, without a stack trace.</summary>
internal sealed class CommandException : Exception
{
    /// <summary>Makes a failure with its text and the exit code that goes with it.</summary>
    /// <param name="message">What was expected, what was found, and what to do.</param>
    /// <param name="exitCode">One of <see cref="Cli.ExitCode"/>.</param>
    public CommandException(string message, int exitCode = Cli.ExitCode.Failure)
        : base(message)
    {
        ExitCode = exitCode;
    }

    /// <summary>The exit code of the process.</summary>
    public int ExitCode { get; }
}
