namespace Viaduct.Cli.Pipes;

/// <summary>The reader of our standard output went away. Not a failure of ours: the command ends quietly.</summary>
internal sealed class BrokenPipeException : IOException
{
    /// <summary>Makes the exception.</summary>
    public BrokenPipeException()
        : base("The reader of standard output went away.")
    {
    }
}
