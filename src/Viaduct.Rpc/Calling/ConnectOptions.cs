using System.Runtime.CompilerServices;

namespace Viaduct.Rpc;

/// <summary>How a service is called. Immutable; checked when the connection is made.</summary>
public sealed class ConnectOptions
{
    /// <summary>The capacity of both ends unless they choose another one.</summary>
    internal const int DefaultCapacity = 256;

    /// <summary>The service's name, if it is not the contract's own. Defaults to <see langword="null"/>.</summary>
    public string? Name { get; init; }

    /// <summary>How blocking calls wait for their answers. Defaults to <see cref="WaitMode.Adaptive"/>.</summary>
    public WaitMode Wait { get; init; } = WaitMode.Adaptive;

    /// <summary>Between which places calls may pass. Defaults to <see cref="Context.Auto"/>. Two ends that choose different ones, neither of them that, never meet.</summary>
    public Context Context { get; init; } = Context.Auto;

    /// <summary>To which of several servers of the service the next call goes. Defaults to <see cref="Distribution.LeastLoaded"/>.</summary>
    public Distribution Distribution { get; init; } = Distribution.LeastLoaded;

    /// <summary>
    /// How long a call may take, from its first line to its answer, attempts and the wait for a service that is not there yet included; positive, or
    /// <see cref="Timeout.InfiniteTimeSpan"/>, the default. <see cref="CallContext.Within"/> shortens it for some calls.
    /// </summary>
    public TimeSpan Timeout { get; init; } = System.Threading.Timeout.InfiniteTimeSpan;

    /// <summary>When a call is made again because a server was lost. Defaults to three attempts at the most.</summary>
    public RetryPolicy Retry { get; init; } = new();

    /// <summary>How many calls may be under way at once, from 1 to 65,536. Defaults to 256. The service must choose the same.</summary>
    public int Capacity { get; init; } = DefaultCapacity;

    /// <summary>
    /// How many calls each server has at a time, from 1 to 65,536; 0, the default, means as many as there is room for. Others wait here, bound to no server, for whichever
    /// has answered: those of the highest <see cref="CallContext.Priority"/> first, of these the one with the earliest deadline, of these the one that came first. With as many as a
    /// server has threads nothing ever waits behind a slow call; with one or two more a server need not wait for its next. Calls on objects, and calls whose result is an object that is
    /// there at once, do not wait, but count; one-way calls do neither.
    /// </summary>
    public int MaxCallsPerServer { get; init; }

    /// <summary>Checks a capacity, in calls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is outside its range.</exception>
    internal static void CheckCapacity(int capacity, [CallerArgumentExpression(nameof(capacity))] string? property = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1, property);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, 65536, property);
    }

    /// <summary>Checks every property.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A property is outside its range.</exception>
    /// <exception cref="ArgumentNullException"><see cref="Retry"/> is null.</exception>
    internal void Validate()
    {
        CheckCapacity(Capacity);
        if (MaxCallsPerServer != 0)
        {
            CheckCapacity(MaxCallsPerServer);
        }

        ArgumentNullException.ThrowIfNull(Retry);
        Retry.Validate();
        if (Timeout != System.Threading.Timeout.InfiniteTimeSpan && (Timeout <= TimeSpan.Zero || Timeout > NodeOptions.MaxTimeout))
        {
            throw new ArgumentOutOfRangeException(nameof(Timeout), Timeout, $"{nameof(Timeout)} must be positive and at most {NodeOptions.MaxTimeout}, or infinite.");
        }
    }
}
