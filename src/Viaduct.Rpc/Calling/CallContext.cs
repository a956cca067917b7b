using System.Diagnostics;

namespace Viaduct.Rpc;

/// <summary>What flows with the calls of a thread or an asynchronous method: by when they must be over. Flows as <see cref="AsyncLocal{T}"/> does.</summary>
public static class CallContext
{
    /// <summary>A timestamp of <see cref="Stopwatch"/>; 0 = none.</summary>
    private static readonly AsyncLocal<long> s_deadline = new();

    /// <summary>
    /// How long the calls made from here may still take; <see langword="null"/> = as long as they need. While a method of a service runs, that is what its caller left
    /// it: calls that it makes itself pass on the rest.
    /// </summary>
    public static TimeSpan? Remaining =>
        s_deadline.Value is not 0 and var deadline ? Max(Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), deadline)) : null;

    /// <summary>As a timestamp of <see cref="Stopwatch"/>; <see cref="long.MaxValue"/> = never.</summary>
    internal static long DeadlineTimestamp => s_deadline.Value is not 0 and var deadline ? deadline : long.MaxValue;

    /// <summary>Bounds the calls that are made until the scope is disposed: one that is not over by then throws a <see cref="TimeoutException"/>.</summary>
    /// <param name="time">How long they may take together, not negative. A shorter bound from outside stays.</param>
    /// <returns>The scope; dispose it in the method that made it.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="time"/> is negative, or more than 10,000 days.</exception>
    public static Scope Within(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(time, TimeSpan.FromDays(10_000));
        return Enter(Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency));
    }

    /// <summary>As <see cref="Within"/>, until a timestamp.</summary>
    internal static Scope Enter(long deadline)
    {
        long before = s_deadline.Value;
        s_deadline.Value = before == 0 ? deadline : Math.Min(before, deadline);
        return new Scope(before);
    }

    private static TimeSpan Max(TimeSpan remaining) => remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero;

    /// <summary>A bound on calls, until it is disposed.</summary>
    public readonly struct Scope : IDisposable
    {
        private readonly long _before;

        internal Scope(long before)
        {
            _before = before;
        }

        /// <summary>Lets the bound hold that held before.</summary>
        public void Dispose() => s_deadline.Value = _before;
    }
}
