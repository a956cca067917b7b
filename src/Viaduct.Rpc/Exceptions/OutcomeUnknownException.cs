namespace Viaduct.Rpc;

/// <summary>
/// A service was lost in the midst of a call, whose method may have been carried out in part, or whole. It was not made again, since the method is not
/// <see cref="IdempotentAttribute"/>: find out what has happened, or mark the method.
/// </summary>
public sealed class OutcomeUnknownException : ViaductException
{
    /// <summary>Creates an exception.</summary>
    /// <param name="service">The service's name.</param>
    /// <param name="method">The method's name.</param>
    /// <param name="innerException">How the service was lost.</param>
    public OutcomeUnknownException(string service, string method, Exception innerException)
        : base($"Service '{service}': {method} may or may not have been carried out: {innerException?.Message} It was not called again, because it is not marked [Idempotent].", innerException)
    {
        Service = service;
        Method = method;
        Progress = (innerException as PeerLostException)?.Progress ?? CallProgress.Unknown;
    }

    /// <summary>The service's name.</summary>
    public string Service { get; }

    /// <summary>The method's name.</summary>
    public string Method { get; }

    /// <summary>How far the call had come: <see cref="CallProgress.Started"/>, or <see cref="CallProgress.Unknown"/> where nobody can tell.</summary>
    public CallProgress Progress { get; }
}
