using Viaduct.Model.Running;

namespace Viaduct.Model.Scenarios;

/// <summary>The scenarios that are explored, and the bugs that are seeded into them.</summary>
internal static unsafe class Catalogue
{
    private const string Ring = "RecordRing.Publish";

    /// <summary>The publication of one record.</summary>
    private const string Word = "RingPublication.Publish";

    /// <summary>The one publication of several records.</summary>
    private const string Many = "RingPublication.PublishMany";

    /// <summary>The short way of messages that are their own bytes.</summary>
    private const string Plain = "RecordRing.TryWrite";

    /// <summary>The short way of messages that lie in chunks.</summary>
    private const string Given = "RecordRing.Chunks.TryGive";

    /// <summary>Where these bytes are written.</summary>
    private const string PlainBytes = "RecordRing.TryAppend";

    /// <summary>What must hold in every course.</summary>
    public static IReadOnlyDictionary<string, Func<Scenario>> Scenarios { get; } = new Dictionary<string, Func<Scenario>>
    {
        ["rendezvous of one"] = static () => new StreamScenario(1, [8], window: 1, ringBytes: 128),
        ["full and empty"] = static () => new StreamScenario(1, [8, 8, 8], window: 1, ringBytes: 128, completes: false),
        ["two at once"] = static () => new StreamScenario(2, [8, 8, 8], window: 2, ringBytes: 256, completes: false),
        ["around the ring"] = static () => new StreamScenario(1, [64, 64, 64, 64], window: 1, ringBytes: 256, completes: false),
        ["end behind a skip"] = static () => new StreamScenario(3, [64, 64, 64], window: 4, ringBytes: 512),
        ["chunk"] = static () => new StreamScenario(1, [600_000, 8], window: 2, ringBytes: 256, chunks: 1),
        ["leases"] = static () => new LeaseScenario(3, receiverDies: false),
        ["leases and the end"] = static () => new LeaseScenario(2, receiverDies: false, completes: true),
        ["receiver killed"] = static () => new LeaseScenario(3, receiverDies: true),
        ["receiver marked, then killed"] = static () => new LeaseScenario(2, receiverDies: true, marksFirst: true),
        ["sender killed"] = static () => new SenderDeathScenario([16, 16], capacity: 1),
        ["sender killed around the ring"] = static () => new SenderDeathScenario([8, 8], capacity: 1, window: 1, ringBytes: 128),
        ["sender killed with a chunk"] = static () => new SenderDeathScenario([600_000, 8], capacity: 2, chunks: 1),
        ["sender marked, then killed"] = static () => new SenderDeathScenario([16], capacity: 1, marksFirst: true),
        ["lapped"] = static () => new OvertakingScenario(4, looks: 2, length: 64),
        ["lapped in a chunk"] = static () => new OvertakingScenario(3, looks: 2, length: 600_000, chunks: 1),
        ["lapped and asleep"] = static () => new OvertakingScenario(2, looks: 0, length: 64),
        ["only the latest"] = static () => new OvertakingScenario(4, looks: 2, length: 64, whenFull: FullMode.Latest),
        ["only the latest, asleep"] = static () => new OvertakingScenario(2, looks: 0, length: 64, whenFull: FullMode.Latest),
        ["broadcast"] = static () => new StreamScenario(1, [8], window: 2, ringBytes: 256, receivers: 2, completes: false),
        ["many"] = static () => new StreamScenario(2, [8, 8, 8], window: 2, ringBytes: 256, completes: false, atOnce: 2),
        ["many around the ring"] = static () => new StreamScenario(2, [64, 64, 64], window: 2, ringBytes: 256, completes: false, atOnce: 2),
        ["many to two"] = static () => new StreamScenario(2, [8, 8], window: 2, ringBytes: 256, receivers: 2, completes: false, atOnce: 2),
        ["plain"] = static () => new PlainScenario<Card>(3, capacity: 1, ringBytes: 128),
        ["plain, two at once"] = static () => new PlainScenario<Card>(3, capacity: 2, ringBytes: 256),
        ["plain and the end"] = static () => new PlainScenario<Card>(2, capacity: 2, ringBytes: 256, completes: true),
        ["plain, around the ring"] = static () => new PlainScenario<Card>(4, capacity: 1, ringBytes: 128),
        ["plain, laps"] = static () => new PlainScenario<Card>(12, capacity: 2, ringBytes: 256, sleeps: false),
        ["plain, wide laps"] = static () => new PlainScenario<Sheet>(6, capacity: 2, ringBytes: 256, sleeps: false),
        ["plain, many"] = static () => new PlainScenario<Card>(3, capacity: 4, ringBytes: 256, atOnce: 2),
        ["plain, many in laps"] = static () => new PlainScenario<Card>(12, capacity: 2, ringBytes: 256, atOnce: 2, sleeps: false),
        ["given"] = static () => new GivingScenario(3, capacity: 2, ringBytes: 256, chunks: 4),
        ["given, laps"] = static () => new GivingScenario(5, capacity: 2, ringBytes: 128, chunks: 4, sleeps: false),
        ["plain, sender killed"] = static () => new PlainScenario<Card>(2, capacity: 1, ringBytes: 128, completes: true, senderDies: true),
        ["copied"] = static () => new PlainScenario<Card>(3, capacity: 1, ringBytes: 128, copied: true),
        ["copied and the end"] = static () => new PlainScenario<Card>(2, capacity: 2, ringBytes: 256, completes: true, copied: true),
        ["copied, laps"] = static () => new PlainScenario<Card>(12, capacity: 2, ringBytes: 256, sleeps: false, copied: true),
        ["copied, sender killed"] = static () => new PlainScenario<Card>(2, capacity: 1, ringBytes: 128, completes: true, senderDies: true, copied: true),
        ["awake"] = static () => new PlainScenario<Card>(2, capacity: 1, ringBytes: 128, stayAwake: true),
        ["awake, sender killed"] = static () => new PlainScenario<Card>(2, capacity: 1, ringBytes: 128, completes: true, senderDies: true, stayAwake: true),
        ["capacity 0"] = static () => new StreamScenario(0, [8], window: 1, ringBytes: 128, completes: false),
        ["capacity 0, sender killed"] = static () => new SenderDeathScenario([8], capacity: 0, window: 1, ringBytes: 128),
        ["capacity 0, receiver killed"] = static () => new MeetingDeathScenario(1),
        ["broadcast, publisher killed"] = static () => new BroadcastDeathScenario(2, capacity: 2, publisherDies: true),
        ["broadcast, subscriber killed"] = static () => new BroadcastDeathScenario(2, capacity: 1, publisherDies: false),
        ["given, sender killed"] = static () => new GivingScenario(2, capacity: 1, ringBytes: 256, chunks: 4, senderDies: true),
        ["given, receiver killed"] = static () => new GivingScenario(2, capacity: 1, ringBytes: 256, chunks: 4, receiverDies: true),
        ["doorbell, sender killed"] = static () => new DoorbellScenario(messages: 2, senderDies: true),
        ["gate"] = static () => new GateScenario(entries: 2),
        ["gate, leaning anew"] = static () => new GateScenario(entries: 3, leansAnew: true),
        ["doorbell"] = static () => new DoorbellScenario(messages: 2),
        ["objects"] = static () => new ObjectRingScenario(2),
        ["objects, lapped"] = static () => new ObjectRingScenario(3, overtakes: true),
        ["news"] = static () => new WakingScenario(1),
        ["news for two"] = static () => new WakingScenario(2),
        ["news in two parts"] = static () => new WakingScenario(1, times: 2),
        ["news of two"] = static () => new WakingScenario(1, wakers: 2),
        ["news for a selector"] = static () => new WakingScenario(1, isObserved: true),
        ["news for a selector and a socket of it"] = static () => new WakingScenario(2, isObserved: true),
        ["news for a selector without sockets"] = static () => new WakingScenario(1, isSelector: true),
    };

    /// <summary>Bugs, with the scenario that shows each.</summary>
    public static IReadOnlyDictionary<string, (Func<Scenario> Scenario, Defect Defect)> Defects { get; } = new[]
    {
        Seed("full and empty", new Defect
        {
            Name = "the fence between publishing and looking for sleepers is missing",
            Drop = static (step, _) => step.Kind == StepKind.Fence && step.Site.Is("SharedBell.Tell"),
        }),
        Seed("full and empty", new Defect
        {
            Name = "the fence between announcing a wait and looking again is missing",
            Drop = static (step, _) => step.Kind == StepKind.Fence && step.Site.Is("Mailbox.Announce"),
        }),
        Seed("news", new Defect
        {
            Name = "the fence between bringing news and looking for sleepers is missing",
            Drop = static (step, _) => step.Kind == StepKind.Fence && step.Site.Is("WaitLoop.Wake"),
        }),
        Seed("news for a selector without sockets", new Defect
        {
            Name = "the fence between announcing a wait at a selector without sockets and looking again is missing",
            Drop = static (step, _) => step.Kind == StepKind.Fence && step.Site.Is("Selection.Announce"),
        }),
        Seed("news in two parts", new Defect
        {
            Name = "who wakes takes the request back after it has raised the version",
            Postpone = static (step, _) => step.Kind == StepKind.Store && step.Site.Is("WaitPoint.Wake"),
            Until = static (step, _) => step.Kind == StepKind.Add && step.Site.Is("WaitPoint.Wake"),
        }),
        Seed("news in two parts", new Defect
        {
            Name = "a sleeper does not ask to be woken",
            Drop = static (step, _) => step.Kind == StepKind.Store && step.Site.Is("WaitPoint.BeginSleep"),
        }),
        Seed("news of two", new Defect
        {
            Name = "the version is not raised for who took the request back",
            Drop = static (step, _) => step.Kind == StepKind.Add && step.Site.Is("WaitPoint.Wake"),
        }),
        Seed("full and empty", new Defect
        {
            Name = "the word to sleep on is read after the wait was announced",
            RereadsAfterAnnouncing = true,
        }),
        Seed("full and empty", new Defect
        {
            Name = "an answer is not counted",
            Drop = static (step, word) => step.Kind == StepKind.Store && word.EndsWith(".Signal", StringComparison.Ordinal),
        }),
        Seed("full and empty", new Defect
        {
            Name = "nobody is woken",
            Drop = static (step, _) => step.Kind == StepKind.Wake,
        }),
        SeedLate("full and empty", "a record is published before its bytes", static (step, _) => step.Site.Is("LetterFormat.Write")),
        SeedLate("around the ring", "a record is published before the word behind it says nothing yet", static (step, word) => step.Site.Is(Ring) && step.Value == 0 && IsInRing(word)),
        Seed("plain", new Defect
        {
            Name = "the fence between publishing a plain message and looking for sleepers is missing",
            Drop = static (step, _) => step.Kind == StepKind.Fence && step.Site.Is("SharedBell.Tell"),
        }),
        Seed("awake", new Defect
        {
            Name = "who was awake issues no barrier before it sleeps",
            Drop = static (step, _) => step.Kind == StepKind.Barrier && step.Site.Is("Mailbox.Announce"),
        }),
        Seed("awake", new Defect
        {
            Name = "who was awake announces its wait after the barrier",
            Postpone = static (step, _) => step.Site.Is("WaitingWord.Announce"),
            Until = static (step, _) => step.Kind == StepKind.Fence && step.Site.Is("Mailbox.Announce"),
        }),
        SeedLate("plain", "a plain message is published before its bytes", static (step, _) => step.Site.Is(PlainBytes) && IsComplement(step.Value)),
        SeedLate("plain, laps", "a plain message is published before the word behind it says nothing yet", IsPlainEnd),
        SeedLate("plain, many in laps", "many plain messages are published before the word behind the last says nothing yet", IsPlainEnd),
        SeedLate("copied", "a copied message is published before its bytes", static (step, _) => step.Site.Is(Plain) && IsComplement(step.Value)),
        SeedLate("copied, laps", "a copied message is published before the word behind it says nothing yet", IsPlainEnd),
        SeedLate("given, laps", "a message given away is published before what refers to it", static (step, word) => step.Site.Is(Given) && step.Value >> 32 == (ulong)sizeof(Card) && IsInRing(word)),
        SeedLate("lapped in a chunk", "the oldest-valid mark is moved after the overwriting", static (step, word) => step.Kind == StepKind.Store && word == "sender.Oldest"),
        Seed("lapped", new Defect
        {
            Name = "the oldest-valid mark is not looked at after the copying",
            Hidden = "RecordReader.WasOvertaken",
        }),
        Seed("only the latest", new Defect
        {
            Name = "the oldest-valid mark is not looked at by who wants only the latest message",
            Hidden = "RecordReader.WasOvertaken",
        }),
        Seed("receiver killed", new Defect
        {
            Name = "bits of the map are cleared before the prefix moves past them",
            Postpone = static (_, word) => word == "receiver.Consumed",
            Until = static (_, word) => word == "receiver+256",
        }),
        Seed(static () => new LeaseScenario(2, receiverDies: true, marksFirst: true, takesBackAtMark: true), new Defect
        {
            Name = "what a receiver holds is taken back when it is marked as dying, not when it is gone",
        }),
        Seed(static () => new SenderDeathScenario([16], capacity: 1, marksFirst: true, losesAtMark: true), new Defect
        {
            Name = "the loss of a sender is told when it is marked as dying, not when it is gone",
        }),
        Seed("capacity 0", new Defect
        {
            Name = "a receiver does not say what it has taken",
            Drop = static (step, word) => step.Kind == StepKind.Store && word == "receiver.Taken",
        }),
        Seed(static () => new MeetingDeathScenario(1, lossIsMissed: true), new Defect
        {
            Name = "who meets a receiver is not told of its loss",
        }),
        Seed(static () => new BroadcastDeathScenario(2, capacity: 1, publisherDies: false, lossIsMissed: true), new Defect
        {
            Name = "a publisher is not told of a subscriber's loss",
        }),
        Seed(static () => new BroadcastDeathScenario(2, capacity: 2, publisherDies: true, lossIsMissed: true), new Defect
        {
            Name = "subscribers are not told of their publisher's loss",
        }),
        Seed("doorbell", new Defect
        {
            Name = "the fence between publishing and looking who is to be rung for is missing",
            Drop = static (step, _) => step.Kind == StepKind.Fence && step.Site.Is("SharedBell.Tell"),
        }),
        Seed(static () => new DoorbellScenario(messages: 2, readsLate: true), new Defect
        {
            Name = "what came through the doorbell is taken after the waking, not before",
        }),
        Seed("objects", new Defect
        {
            Name = "the fence between publishing an object and looking for sleepers is missing",
            Drop = static (step, _) => step.Kind == StepKind.Fence && step.Site.Is("InProcessBell.Tell"),
        }),
        Seed("objects", new Defect
        {
            Name = "a slot is given back before it is cleared",
            Postpone = static (step, _) => step.Site.Is("ObjectRingScenario.Forget"),
            Until = static (_, word) => word == "consumed+0",
        }),
        Seed(static () => new ObjectRingScenario(3, overtakes: true, trusts: true), new Defect
        {
            Name = "a copied slot is not looked at again",
        }),
        Seed("gate", new Defect
        {
            Name = "the fence of all processors is missing at the gate",
            Drop = static (step, _) => step.Kind == StepKind.Barrier,
        }),
        Seed("gate", new Defect
        {
            Name = "the gate's owner does not look again whether it is the owner",
            Hidden = "GateScenario.IsStillOwner",
        }),
        Seed(static () => new GateScenario(entries: 3, leansAnew: true, reuses: true), new Defect
        {
            Name = "the gate leans anew with what a former owner still writes to",
        }),
        Seed("sender killed", new Defect
        {
            Name = "a wait is announced before the word to sleep on is read, by who may be left alone",
            RereadsAfterAnnouncing = true,
        }),
    }.ToDictionary(static seed => seed.Defect.Name);

    /// <summary>Bugs that x86 forgives, with the scenario that shows each where stores are as weakly ordered as on Arm.</summary>
    public static IReadOnlyDictionary<string, (Func<Scenario> Scenario, Defect Defect)> WeakDefects { get; } = new[]
    {
        Seed("full and empty", new Defect
        {
            Name = "the word that publishes a record is no release",
            Demote = IsPublication,
        }),
        Seed("many", new Defect
        {
            Name = "the word that publishes many records is no release",
            Demote = static (step, word) => step.IsRelease && step.Site.Is(Many) && IsInRing(word),
        }),
        Seed("plain", new Defect
        {
            Name = "the word that publishes a plain message is no release",
            Demote = static (step, word) => IsPublication(step, word) && step.Site.Is(Plain),
        }),
        Seed("given", new Defect
        {
            Name = "the word that publishes a message given away is no release",
            Demote = static (step, word) => IsPublication(step, word) && step.Site.Is(Given),
        }),
        Seed("only the latest", new Defect
        {
            Name = "the mark of the newest message is no release",
            Demote = static (_, word) => word == "sender.Newest",
        }),
        Seed("lapped in a chunk", new Defect
        {
            Name = "the oldest-valid mark is not fenced from the overwriting",
            Drop = static (step, _) => step.Kind == StepKind.WriteFence && step.Site.Is("RingPublication.PublishOldest"),
        }),
        Seed("receiver killed", new Defect
        {
            Name = "the prefix is not fenced from the clearing of bits",
            Drop = static (step, _) => step.Kind == StepKind.WriteFence && step.Site.Is("ReceiveLink.ClearBits"),
        }),
    }.ToDictionary(static seed => seed.Defect.Name);

    private static (Func<Scenario> Scenario, Defect Defect) Seed(Func<Scenario> scenario, Defect defect) => (scenario, defect);

    private static (Func<Scenario> Scenario, Defect Defect) Seed(string scenario, Defect defect) => (Scenarios[scenario], defect);

    /// <summary>Something is written only once the record is published.</summary>
    private static (Func<Scenario> Scenario, Defect Defect) SeedLate(string scenario, string name, Func<Step, string, bool> what) =>
        Seed(scenario, new Defect { Name = name, Postpone = what, Until = IsPublication });

    private static bool IsPublication(Step step, string word) => step.IsRelease && (step.Site.Is(Word) || step.Site.Is(Many) || step.Site.Is(Plain) || step.Site.Is(Given)) && IsInRing(word);

    /// <summary>The word behind a plain or copied message, or the last of many, which says nothing yet.</summary>
    private static bool IsPlainEnd(Step step, string word) => step.Site.Is(Plain) && !step.IsRelease && step.Value == 0 && IsInRing(word);

    /// <summary>As in the odd words of a <see cref="Card"/>, and nowhere else.</summary>
    private static bool IsComplement(ulong value) => value > ulong.MaxValue / 2;

    private static bool IsInRing(string word) => word.StartsWith("ring+", StringComparison.Ordinal);
}
