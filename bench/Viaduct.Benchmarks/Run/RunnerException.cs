namespace Viaduct.Benchmarks.Run;

/// <summary>A contestant cannot be run, or failed while it ran.</summary>
internal sealed class RunnerException : Exception
{
    public RunnerException(string message)
        : base(message)
    {
    }
}
