using Viaduct.Rpc;

namespace Viaduct.Supervision;

/// <summary>How a service is isolated. Immutable; checked when it is.</summary>
public sealed class IsolateOptions
{
    /// <summary>What the workers are called in events, reports and errors. Defaults to <see langword="null"/>: the implementation's name.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// How many processes carry out calls at a time, from 1 to 256; defaults to 1. A call goes to the least loaded of them. Each has an object of its own, so a service that
    /// keeps state between calls wants one.
    /// </summary>
    public int Instances { get; init; } = 1;

    /// <summary>
    /// How many more processes stand by, started and connected, so that the next one is there at once when one is lost; from 0 to 256, defaults to 1.
    /// </summary>
    public int Standbys { get; init; } = 1;

    /// <summary>Threads in each process that carry out calls, as <see cref="ServeOptions.Threads"/>. Defaults to 1.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>How both ends wait. Defaults to <see cref="WaitMode.Adaptive"/>.</summary>
    public WaitMode Wait { get; init; } = WaitMode.Adaptive;

    /// <summary>
    /// How long a call may take, from its first line to its answer, attempts and the wait for a process included; positive, or
    /// <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>, the default.
    /// </summary>
    public TimeSpan Timeout { get; init; } = System.Threading.Timeout.InfiniteTimeSpan;

    /// <summary>
    /// When a call is made again because the process that carried it out was lost. Defaults to three attempts at the most, and a <see cref="RetryPolicy.Budget"/> of 1,000,000: crashes are what
    /// isolation is for. A policy of your own has a budget of 100 unless it says otherwise.
    /// </summary>
    public RetryPolicy Retry { get; init; } = new() { Budget = 1_000_000 };

    /// <summary>How many calls may be under way at once, from 1 to 65,536. Defaults to 256.</summary>
    public int Capacity { get; init; } = 256;

    /// <summary>
    /// How many calls each process has at a time, from 1 to 65,536, as <see cref="ConnectOptions.MaxCallsPerServer"/>: the others wait in this process, for whichever is free
    /// first, by priority, deadline and arrival. 0, the default, means <see cref="Threads"/> where there are several <see cref="Instances"/>, so that no call waits behind a slow one,
    /// and no bound where there is one. Methods that await want more: while one awaits, its thread carries out others.
    /// </summary>
    public int MaxCallsPerInstance { get; init; }

    /// <summary>
    /// How long a process may take until it is ready, its warm-up included, positive, at most one hour. Defaults to 30 s; then it is killed, and counts as one that failed to start. The time in
    /// which it is at a call of others, which may reach it before it is ready, does not count; nor does any from the first such call without an answer on.
    /// </summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// So many processes that end before they were ready, and none that is in between, from 1 to 100, and calls fail with an <see cref="IsolationException"/> instead of waiting, until one is
    /// reached again. Defaults to 3. It is tried on, with a growing delay. One that ends at a caller's call does not count, though it was not ready yet.
    /// </summary>
    public int MaxFailedStarts { get; init; } = 3;

    /// <summary>The longest delay before a process is started after one that was never ready, positive, at most one hour. Defaults to 10 s. A crash of one that was ready, or at a caller's call, delays nothing.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a process has to end in order when the service is disposed, from 0 to one hour: to finish the methods that run on its threads, to dispose the object, and to exit. Defaults to
    /// 5 s; then it is killed. With <see cref="InProcess"/> nothing can be: an object whose methods still run is then left behind, which is told as <see cref="NodeEventKind.WorkerExited"/>,
    /// and disposed when they end.
    /// </summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Called with each line that a worker writes to its standard output or error, on threads of the pool. Defaults to <see langword="null"/>: the last lines are kept for errors.</summary>
    public Action<OutputLine>? OutputReceived { get; init; }

    /// <summary>
    /// What the processes may do, set on each by the kernel before its first instruction. Defaults to <see cref="Confinement.None"/>: what this process may. With
    /// <see cref="Confinement.Strict"/> a worker computes, and talks to this process, and nothing else.
    /// </summary>
    public Confinement Confinement { get; init; } = Confinement.None;

    /// <summary>
    /// How it is found out that a process hangs: it is asked by a call that its service's own threads answer between others. One that neither answers in time nor takes a
    /// call meanwhile is killed (<see cref="HangAction.Kill"/>): its calls end as by a crash, and it is replaced; with <see cref="HangAction.Report"/>
    /// <see cref="Isolated{TService}.WorkerHung"/> is raised and nothing else done. The timeout must be longer than any method keeps all threads. Defaults to
    /// <see langword="null"/>: nobody asks.
    /// </summary>
    public Watchdog? Watchdog { get; init; }

    /// <summary>Whether a crash may write a core dump, which delays the recovery. Defaults to <see langword="false"/>.</summary>
    public bool AllowCoreDump { get; init; }

    /// <summary>
    /// Whether the calls are carried out in this process after all, for tests and for a move step by step: the same interface, by as many objects as <see cref="Instances"/> says, each with
    /// <see cref="Threads"/> of its own, and no isolation: a crash ends this process, and nothing is confined, watched, warmed up or replaced. Defaults to <see langword="false"/>. Works on every
    /// system.
    /// </summary>
    public bool InProcess { get; init; }

    /// <summary>Checks every property.</summary>
    /// <exception cref="ArgumentException">A property is outside its range, or something is required of processes that there won't be.</exception>
    internal void Validate()
    {
        Range(Instances, 1, 256, nameof(Instances));
        Range(Standbys, 0, 256, nameof(Standbys));
        Range(MaxCallsPerInstance, 0, 65536, nameof(MaxCallsPerInstance));
        Range(MaxFailedStarts, 1, 100, nameof(MaxFailedStarts));
        Range(StartTimeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1), nameof(StartTimeout));
        Range(MaxBackoff, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1), nameof(MaxBackoff));
        Range(Grace, TimeSpan.Zero, TimeSpan.FromHours(1), nameof(Grace));
        ArgumentNullException.ThrowIfNull(Confinement);
        Confinement.Check();
        Watchdog?.Check();
        if (InProcess && Confinement.Required != ConfinementParts.None)
        {
            throw new ArgumentException($"{nameof(Confinement)} requires {Confinement.Required}, and with {nameof(InProcess)} nothing is confined.", nameof(Confinement));
        }

        ForServing(null, Context.Auto).Validate();
        ForCalling().Validate();
    }

    /// <summary>What of it who carries the calls out needs.</summary>
    internal ServeOptions ForServing(string? name, Context context) => new() { Name = name, Context = context, Threads = Threads, Wait = Wait, Capacity = Capacity };

    /// <summary>What of it the caller needs.</summary>
    internal ConnectOptions ForCalling() => new() { Wait = Wait, Capacity = Capacity, Timeout = Timeout, Retry = Retry, Distribution = Distribution.LeastLoaded, MaxCallsPerServer = CallsPerInstance() };

    private int CallsPerInstance() => MaxCallsPerInstance == 0 && Instances > 1 ? Threads : MaxCallsPerInstance;

    private static void Range<T>(T value, T least, T most, string property)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
        {
            throw new ArgumentOutOfRangeException(property, value, $"{property} must be {least} to {most}.");
        }
    }
}
