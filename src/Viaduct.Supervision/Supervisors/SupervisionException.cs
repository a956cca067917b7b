namespace Viaduct.Supervision;

/// <summary>Something could not be supervised: a child did not start, or the supervisor has ended.</summary>
public sealed class SupervisionException : ViaductException
{
    /// <summary>Creates an exception.</summary>
    /// <param name="message">What was expected, what was found, and what to do.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public SupervisionException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
