namespace Viaduct.Cli.Demo;

/// <summary>A run could not end as it should.</summary>
internal sealed class DemoFailedException : Exception
{
    /// <summary>Makes the failure.</summary>
    /// <param name="message">What happened, to whom, and what was done about it.</param>
    public DemoFailedException(string message)
        : base(message)
    {
    }
}
