namespace Viaduct.Rpc;

/// <summary>The service that answered has no such method: it is of another version than the caller's contract.</summary>
public sealed class ServiceMethodMissingException : ViaductException
{
    /// <summary>Creates an exception.</summary>
    /// <param name="service">The service's name.</param>
    /// <param name="method">The method's name.</param>
    public ServiceMethodMissingException(string service, string method)
        : base($"Service '{service}' has no method {method}: it is of an older version, or the method has another name there ([WireName]).")
    {
        Service = service;
        Method = method;
    }

    /// <summary>The service's name.</summary>
    public string Service { get; }

    /// <summary>The method's name.</summary>
    public string Method { get; }
}
