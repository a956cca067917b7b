using System.Diagnostics;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Kills;

/// <summary>
/// Processes killed with SIGKILL at random moments of one operation, one after the other, while this process lives on: nothing is lost, nothing comes
/// twice but what was in doubt, the survivors go on, and when all is over they hold what they held before.
/// </summary>
/// <remarks>
/// In the suite a few kills an operation; <c>VIADUCT_EFFORT</c> makes them thousands. Where <see cref="Points"/> are given, the victims are of the program that has
/// them, and each kills itself at one of them.
/// </remarks>
[Collection(Collections.Alone)]
public abstract class KillSuite : IAsyncLifetime
{
    /// <summary>
    /// Survivors go on within this time: the kernel tells of a death within a millisecond or two, and ends its socket some tens of milliseconds later on a machine that is loaded. The rest is for
    /// threads that have to wait for a core.
    /// </summary>
    private static readonly TimeSpan s_mostStall = TimeSpan.FromSeconds(5);

    private readonly Stalls _stalls = new();

    /// <summary>How many are killed in each operation, after the first.</summary>
    protected int Rounds => Points is null ? Effort.Cases(4) : Points.Count - 1;

    /// <summary>Where victims kill themselves, one after the other; null where they are killed at random moments.</summary>
    private protected IReadOnlyList<NamedPoint>? Points { get; set; }

    /// <summary>The survivors' two nodes, which share memory with the victims.</summary>
    protected Distance Distance { get; } = new(DistanceKind.SharedMemory, options =>
    {
        options.IdleMemoryTimeout = TimeSpan.FromMilliseconds(200);

        // What lies idle is looked for as often.
        options.HeartbeatInterval = TimeSpan.FromMilliseconds(200);
    });

    protected Node Here => Distance.Near;

    /// <summary>Another survivor: it, too, meets everybody through memory.</summary>
    protected Node There => Distance.Far;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await Distance.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected static ChannelSpec<ReadOnlyMemory<byte>> Channel(int capacity = 64, int history = 0) =>
        new("events") { Capacity = capacity, History = history, Context = Context.LocalProcess };

    /// <summary>How the survivors of a test wait that do it by <c>await</c>; all others name the <see cref="WaitMode"/>.</summary>
    protected const string Await = "Await";

    /// <summary>How sockets are opened for one of these waits.</summary>
    protected static WaitMode ModeOf(string wait) => wait == Await ? WaitMode.Sleep : Enum.Parse<WaitMode>(wait);

    protected static CallSpec<long, long> Calls() => new("calls") { Capacity = 16, Context = Context.LocalProcess };

    protected static IEnumerable<long> Range(long start, int count) => Enumerable.Range(0, count).Select(i => start + i);

    /// <summary>
    /// Kills one victim a round. The first round shows what the survivors hold once they have met and lost somebody; after the last they hold that again.
    /// </summary>
    private protected async Task Kill(int seed, Func<Victims, Random, int, Task> round)
    {
        var random = new Random(Effort.Seed(seed));
        long mapped = await Meet();
        await using (var first = new Victims(Distance, count: 1, points: Points?.Take(1)))
        {
            await round(first, random, 0);
        }

        await Waiting.Until(() => Holdings.Of(Distance).Mapped <= mapped, () => $"no more than {mapped} mapped in {Holdings.Of(Distance)}");
        PassBy();
        Holdings before = Holdings.Of(Distance);
        await using (var victims = new Victims(Distance, Rounds, points: Points?.Skip(1)))
        {
            for (int number = 1; number <= Rounds; number++)
            {
                await round(victims, random, number);
            }
        }

        PassBy();
        await Waiting.Until(() => Holdings.Of(Distance).IsBackAt(before), () => $"{before}\nbecame\n{Holdings.Of(Distance)}");
        Effort.Say($"{Rounds + 1} kills; the longest stall of a survivor: {_stalls.Longest.TotalMilliseconds:0.0} ms; {Holdings.Of(Distance)}");
        Assert.True(_stalls.Count > 0, "No survivor was seen to go on.");
        Assert.True(_stalls.Longest < s_mostStall, $"A survivor stood still for {_stalls.Longest}.");
    }

    /// <summary>A survivor has gone on after a kill: it got the next message, or was told of the loss.</summary>
    private protected void WentOn(Victim victim) => _stalls.Note(Stopwatch.GetElapsedTime(victim.KilledAt));

    /// <summary>A survivor to which messages come all the time begins to get them, or gets the next one.</summary>
    private protected void Flows(ref long last, bool begins = false)
    {
        long now = Stopwatch.GetTimestamp();
        if (!begins)
        {
            _stalls.Note(Stopwatch.GetElapsedTime(Volatile.Read(ref last), now));
        }

        Volatile.Write(ref last, now);
    }

    /// <summary>Kills a victim at a random moment: every other one once its operation was done at least once, the others from its very beginning on.</summary>
    private protected static async Task<IReadOnlyList<LedgerEntry>> Strike(Victim victim, Random random, int round, double most = 20)
    {
        if (victim.IsArmed)
        {
            return await victim.Buried();
        }

        if (round % 2 == 1)
        {
            await victim.UnderWay();
        }

        return await victim.KillAfter(Moment(random, most));
    }

    /// <summary>A moment within the first milliseconds of the operation; every other time within the very first.</summary>
    private protected static double Moment(Random random, double most = 20) => random.NextDouble() * (random.Next(2) == 0 ? most / 10 : most);

    /// <summary>What somebody left who met nobody stays until the next one looks at the directory.</summary>
    private void PassBy() => Distance.JoinForAMoment();

    /// <summary>Lets the survivors' nodes meet; how much they have mapped of each other's memory, which stays so.</summary>
    private async Task<long> Meet()
    {
        var channel = new ChannelSpec<long>("greetings") { Context = Context.LocalProcess };
        using Producer<long> producer = Here.OpenProducer(channel);
        using Consumer<long> consumer = There.OpenConsumer(channel);
        await producer.SendAsync(1, Patience.Token).Within();
        Assert.Equal(1, await consumer.ReceiveAsync(Patience.Token).Within());
        return Holdings.Of(Distance).Mapped;
    }
}
