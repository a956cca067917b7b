using Viaduct.Rpc;

namespace Viaduct.Tests.Rpc;

/// <summary>A process that calls a service itself, and is killed at it.</summary>
[Service]
public interface ICourier
{
    /// <summary>Goes through doors that have not opened yet, and knocks at the last; returns when all that is on its way, with its process.</summary>
    int Go(string directory, int doors);
}
