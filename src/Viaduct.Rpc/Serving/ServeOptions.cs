namespace Viaduct.Rpc;

/// <summary>How a service is served. Immutable; checked when it is served.</summary>
public sealed class ServeOptions
{
    /// <summary>The service's name, if it is not the contract's own; the same as <see cref="ConnectOptions.Name"/> of its callers. Defaults to <see langword="null"/>.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// Threads that receive calls and carry them out, from 1 to 256; defaults to 1: methods run one at a time, each on the thread that
    /// received it, until they end or await. A method that blocks keeps its thread, so that it can't be cancelled by its caller while all threads are taken.
    /// </summary>
    public int Threads { get; init; } = 1;

    /// <summary>How these threads wait for calls. Defaults to <see cref="WaitMode.Adaptive"/>.</summary>
    public WaitMode Wait { get; init; } = WaitMode.Adaptive;

    /// <summary>Between which places calls may pass. Defaults to <see cref="Context.Auto"/>. Two ends that choose different ones, neither of them that, never meet.</summary>
    public Context Context { get; init; } = Context.Auto;

    /// <summary>How many calls a caller may have under way, from 1 to 65,536. Defaults to 256. Callers must choose the same.</summary>
    public int Capacity { get; init; } = ConnectOptions.DefaultCapacity;

    /// <summary>
    /// Whether answers tell callers where a method threw, and not only what. Defaults to <see langword="true"/>; turn it off where callers must not learn about the service's inside.
    /// </summary>
    public bool TellsStackTraces { get; init; } = true;

    /// <summary>Checks every property.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A property is outside its range.</exception>
    internal void Validate()
    {
        if (Threads is < 1 or > 256)
        {
            throw new ArgumentOutOfRangeException(nameof(Threads), Threads, $"{nameof(Threads)} must be 1 to 256.");
        }

        ConnectOptions.CheckCapacity(Capacity);
    }
}
