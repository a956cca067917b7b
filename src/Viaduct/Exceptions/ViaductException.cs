namespace Viaduct;

/// <summary>The base of every exception that this library throws for what happens on a channel or between nodes.</summary>
/// <remarks>
/// Wrong arguments are <see cref="ArgumentException"/>s, use after disposal is an <see cref="ObjectDisposedException"/>, a cancelled wait an
/// <see cref="OperationCanceledException"/>, and a route that the platform lacks a <see cref="PlatformNotSupportedException"/>: these do not
/// derive from this class.
/// </remarks>
public class ViaductException : Exception
{
    /// <summary>Creates an exception with a general message.</summary>
    public ViaductException()
        : base("An operation on a channel failed.")
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What was expected, what was found, and what to do.</param>
    public ViaductException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with its cause.</summary>
    /// <param name="message">What was expected, what was found, and what to do.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public ViaductException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
