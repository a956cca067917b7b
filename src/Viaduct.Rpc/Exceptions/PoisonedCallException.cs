namespace Viaduct.Rpc;

/// <summary>
/// A call has cost as many servers their lives as <see cref="RetryPolicy.MaxAttempts"/> allows, one after the other: it is not made again. Other calls go on. The inner
/// exception tells of the last one.
/// </summary>
public sealed class PoisonedCallException : ViaductException
{
    /// <summary>Creates an exception.</summary>
    /// <param name="service">The service's name.</param>
    /// <param name="method">The method's name.</param>
    /// <param name="attempts">How often it was made.</param>
    /// <param name="innerException">How the last server was lost.</param>
    public PoisonedCallException(string service, string method, int attempts, Exception innerException)
        : base($"Service '{service}': {method} was carried out {attempts} times, and whoever did was lost each time: {innerException?.Message} It is not tried again.", innerException)
    {
        Service = service;
        Method = method;
        Attempts = attempts;
    }

    /// <summary>The service's name.</summary>
    public string Service { get; }

    /// <summary>The method's name.</summary>
    public string Method { get; }

    /// <summary>How often it was made.</summary>
    public int Attempts { get; }
}
