using System.Diagnostics;

namespace Viaduct.Rpc;

/// <summary>
/// What flows with the calls of a thread or an asynchronous method: by when they must be over, and how urgent they are. Flows as <see cref="AsyncLocal{T}"/> does, and
/// with the calls to the methods that carry them out.
/// </summary>
public static class CallContext
{
    /// <summary>The least urgent.</summary>
    public const int MinPriority = sbyte.MinValue;

    /// <summary>The most urgent.</summary>
    public const int MaxPriority = sbyte.MaxValue;

    private static readonly AsyncLocal<CallFlow?> s_flow = new();

    /// <summary>Whether anything ever flowed in this process: in most nothing does, and calls need not look for it then.</summary>
    private static bool s_flows;

    /// <summary>
    /// How long the calls made from here may still take; <see langword="null"/> = as long as they need. While a method of a service runs, that is what its caller left
    /// it: calls that it makes itself pass on the rest.
    /// </summary>
    public static TimeSpan? Remaining =>
        s_flow.Value is { Deadline: not long.MaxValue } flow ? Max(Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), flow.Deadline)) : null;

    /// <summary>
    /// How urgent the calls made from here are; 0 unless <see cref="WithPriority"/> said otherwise. While a method of a service runs, that is what its caller
    /// said. It tells which calls go first where some wait for a server that may have no more of them: see <see cref="ConnectOptions.MaxCallsPerServer"/>.
    /// </summary>
    public static int Priority => s_flow.Value?.Priority ?? 0;

    /// <summary>All of it; null where nothing was said.</summary>
    internal static CallFlow? Flow => s_flows ? s_flow.Value : null;

    /// <summary>Bounds the calls that are made until the scope is disposed: one that is not over by then throws a <see cref="TimeoutException"/>.</summary>
    /// <param name="time">How long they may take together, not negative. A shorter bound from outside stays.</param>
    /// <returns>The scope; dispose it in the method that made it.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="time"/> is negative, or more than 10,000 days.</exception>
    public static Scope Within(TimeSpan time) => Enter(DeadlineAfter(time));

    /// <summary>Makes the calls that are made until the scope is disposed more or less urgent than others.</summary>
    /// <param name="priority">From <see cref="MinPriority"/> to <see cref="MaxPriority"/>; others have 0.</param>
    /// <returns>The scope; dispose it in the method that made it.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="priority"/> is out of range.</exception>
    public static Scope WithPriority(int priority)
    {
        CheckPriority(priority);
        return Enter((s_flow.Value ?? CallFlow.Nothing) with { Priority = priority });
    }

    /// <summary>As <see cref="Within"/>, until a timestamp.</summary>
    internal static Scope Enter(long deadline)
    {
        CallFlow flow = s_flow.Value ?? CallFlow.Nothing;
        return Enter(flow with { Deadline = Math.Min(flow.Deadline, deadline) });
    }

    /// <summary>Lets something else flow.</summary>
    internal static Scope Enter(CallFlow flow)
    {
        var scope = new Scope(s_flow.Value);
        s_flows = true;
        s_flow.Value = flow;
        return scope;
    }

    /// <summary>When a time from now is over, as a timestamp.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative, or more than 10,000 days.</exception>
    internal static long DeadlineAfter(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(time, TimeSpan.FromDays(10_000));
        return Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
    }

    /// <summary>Checks a priority.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is out of range.</exception>
    internal static void CheckPriority(int priority)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(priority, MinPriority);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(priority, MaxPriority);
    }

    private static TimeSpan Max(TimeSpan remaining) => remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero;

    /// <summary>What holds for calls until it is disposed.</summary>
    public readonly struct Scope : IDisposable
    {
        private readonly CallFlow? _before;

        internal Scope(CallFlow? before)
        {
            _before = before;
        }

        /// <summary>Lets hold again what held before.</summary>
        public void Dispose() => s_flow.Value = _before;
    }
}
