namespace Viaduct.Supervision;

/// <summary>A child process could not be started.</summary>
public sealed class ChildStartException : ViaductException
{
    /// <summary>Creates an exception.</summary>
    /// <param name="executable">What should have been started.</param>
    /// <param name="reason">What stood in the way, and what to do.</param>
    /// <param name="errorCode">The system's error number (errno), or 0.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public ChildStartException(string executable, string reason, int errorCode = 0, Exception? innerException = null)
        : base($"'{executable}' cannot be started: {reason}", innerException)
    {
        Executable = executable;
        ErrorCode = errorCode;
    }

    /// <summary>What should have been started.</summary>
    public string Executable { get; }

    /// <summary>The system's error number (errno), or 0.</summary>
    public int ErrorCode { get; }
}
