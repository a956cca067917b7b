namespace Viaduct;

/// <summary>A peer sent or wrote something that the protocol does not allow.</summary>
/// <remarks>
/// It ends the link or the connection on which it was seen, never the process; other peers of the same socket are not touched. The message says
/// what was expected and what was found.
/// </remarks>
public sealed class ProtocolViolationException : ViaductException
{
    /// <summary>Creates an exception with a general message.</summary>
    public ProtocolViolationException()
        : base("A peer broke the protocol.")
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What was expected and what was found.</param>
    public ProtocolViolationException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with its cause.</summary>
    /// <param name="message">What was expected and what was found.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public ProtocolViolationException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
