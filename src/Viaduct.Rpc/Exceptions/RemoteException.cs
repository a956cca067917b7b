namespace Viaduct.Rpc;

/// <summary>A method of a service threw. What it threw is told in words: it is text from another program.</summary>
public sealed class RemoteException : ViaductException
{
    /// <summary>Creates an exception.</summary>
    /// <param name="service">The service's name.</param>
    /// <param name="method">The method's name.</param>
    /// <param name="remoteType">The full name of the type that was thrown.</param>
    /// <param name="remoteMessage">Its message.</param>
    /// <param name="remoteStackTrace">Where it was thrown, if the service tells.</param>
    public RemoteException(string service, string method, string remoteType, string remoteMessage, string? remoteStackTrace)
        : base($"Service '{service}': {method} threw {remoteType}: {remoteMessage}")
    {
        Service = service;
        Method = method;
        RemoteType = remoteType;
        RemoteMessage = remoteMessage;
        RemoteStackTrace = remoteStackTrace;
    }

    /// <summary>The service's name.</summary>
    public string Service { get; }

    /// <summary>The method's name.</summary>
    public string Method { get; }

    /// <summary>The full name of the type that was thrown, such as <c>System.ArgumentException</c>.</summary>
    public string RemoteType { get; }

    /// <summary>The message of what was thrown.</summary>
    public string RemoteMessage { get; }

    /// <summary>Where it was thrown; <see langword="null"/> where the service does not tell.</summary>
    public string? RemoteStackTrace { get; }

    /// <summary>This exception, and where the remote one was thrown.</summary>
    /// <returns>Several lines.</returns>
    public override string ToString() =>
        RemoteStackTrace is null ? base.ToString() : $"{base.ToString()}{Environment.NewLine}--- in the service ---{Environment.NewLine}{RemoteStackTrace}";
}
