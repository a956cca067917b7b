using System.Collections.Frozen;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Kills;

/// <summary>
/// The points at which others may tell that a process is gone, by what it does there. <see cref="NamedPointTests"/> fails where the product's code has
/// one more. Where nothing but reads lies between two points, a kill anywhere there is a kill at the second of them.
/// </summary>
internal static class NamedPoints
{
    /// <summary>Bytes, sequence number, the zero behind, the word that publishes; and published, before it is looked who sleeps.</summary>
    public const string Send = "send";

    /// <summary>The same of messages that are their own bytes.</summary>
    public const string SendPlain = "send plain";

    /// <summary>Many messages at once: the words of all but the first, and the one that publishes them.</summary>
    public const string SendMany = "send many";

    /// <summary>What subscribers may miss: the mark of the oldest message, and the record.</summary>
    public const string SendLossy = "send lossy";

    /// <summary>The mark of the newest message.</summary>
    public const string SendNewest = "send newest";

    /// <summary>Messages are missed, counted, and passed over.</summary>
    public const string Miss = "miss";

    /// <summary>Where a message is handed over from one to the other: that it is wanted, and that it was taken.</summary>
    public const string Meet = "meet";

    /// <summary>A memory file comes to be, is sealed, is handed over.</summary>
    public const string Loan = "loan";

    /// <summary>What is lent is sent, to several receivers.</summary>
    public const string Lend = "lend";

    /// <summary>The same to one of them, and the next loan is made ready.</summary>
    public const string Give = "give";

    /// <summary>A message is looked for, and found.</summary>
    public const string Receive = "receive";

    /// <summary>A message is released in order, and out of order.</summary>
    public const string Release = "release";

    /// <summary>As <see cref="Release"/>, where all is in order.</summary>
    public const string Consume = "consume";

    /// <summary>The only lease ends, or a message that was found at once is consumed.</summary>
    public const string End = "end";

    /// <summary>A blob is held, and let go of.</summary>
    public const string Hold = "hold";

    /// <summary>A reply is written.</summary>
    public const string Reply = "reply";

    /// <summary>A wait is announced, slept, and taken back.</summary>
    public const string Sleep = "sleep";

    /// <summary>Somebody's wait is answered.</summary>
    public const string Wake = "wake";

    /// <summary>A wait of who awaits is announced, and taken back.</summary>
    public const string Await = "await";

    /// <summary>A wait at a selector is announced, slept, and taken back.</summary>
    public const string Select = "select";

    /// <summary>Somebody's wait who awaits is answered, by the doorbell.</summary>
    public const string Ring = "ring";

    /// <summary>The doorbell rings.</summary>
    public const string Rung = "rung";

    /// <summary>Who joins, dials, greets, hands memory over, opens a link, closes it and leaves.</summary>
    public const string Dial = "dial";

    /// <summary>Who joins, registers, is dialed, answers, hands memory over, checks what it is handed, takes a link, closes it and leaves.</summary>
    public const string Listen = "listen";

    private static readonly FrozenDictionary<string, NamedPoint[]> s_groups = new Dictionary<string, NamedPoint[]>
    {
        [Send] =
        [
            new("RecordRing.Publish write", 41),
            new("RecordRing.Publish write", 42),
            new("RingPublication.Publish release", 21),
            new("SharedBell.Tell fence", 21),
        ],
        [SendPlain] =
        [
            new("RecordRing.TryAppend write", 7),
            new("RecordRing.TryWrite write", 13),
            new("RecordRing.TryWrite write", 14),
            new("RecordRing.TryWrite release", 7),
        ],
        [SendMany] =
        [
            new("RecordRing.Publish write", 41),
            new("RingPublication.Publish write", 11),
            new("RingPublication.PublishMany release", 3),
        ],
        [SendLossy] =
        [
            new("RingPublication.PublishOldest release", 31),
            new("RingPublication.PublishOldest fence", 31),
            new("RecordRing.Publish write", 41),
            new("RingPublication.Publish release", 31),
        ],
        [SendNewest] =
        [
            new("RingPublication.PublishNewest release", 31),
        ],
        [Miss] =
        [
            new("ReceiveLink.AddMissed release", 2),
            new("ReceiveLink.PassOver release", 2),
            new("RecordReader.WasOvertaken fence", 9),
        ],
        [Meet] =
        [
            new("ReceiveLink.SetDemand release", 3),
            new("ReceiveLink.NoteTaken release", 3),
        ],
        [Loan] =
        [
            new("SharedMemoryFile.CreateDescriptor memfd_create", 1),
            new("SharedMemoryFile.CreateDescriptor memfd_create done", 1),
            new("SharedMemoryFile.Create fcntl", 1),
            new("SharedMemoryFile.Create fcntl done", 1),
            new("UnixMessage.Send send Segment", 1),
            new("UnixMessage.Send send Segment done", 1),
        ],
        [Lend] =
        [
            new("RecordRing.Commit write", 9),
            new("RingPublication.Publish release", 9),
        ],
        [Give] =
        [
            new("RecordRing.Chunks.TryGive write", 9),
            new("RecordRing.Chunks.TryGive write", 10),
            new("RecordRing.Chunks.TryGive release", 9),
            new("Outbox.Giving.GetReadyAndExit write", 9),
        ],
        [Receive] =
        [
            new("RecordReader.TryRead acquire", 18),
            new("RecordReader.TryReadUsual read", 8),
        ],
        [Release] =
        [
            new("ReceiveLink.Release write", 6),
            new("ReceiveLink.Release release", 9),
            new("ReceiveLink.Release release", 10),
            new("ReceiveLink.ClearBits fence", 3),
            new("ReceiveLink.ClearBits write", 4),
        ],
        [Consume] =
        [
            new("ReceiveLink.Release release", 9),
            new("ReceiveLink.Release release", 10),
        ],
        [End] =
        [
            new("ReceiveLink.ConsumeNext release", 9),
            new("ReceiveLink.ConsumeNext release", 10),
        ],
        [Hold] =
        [
            new("HoldTable.Add release", 2),
            new("HoldTable.Set release", 3),
            new("HoldTable.Set release", 8),
            new("HoldTable.Set fence", 9),
        ],
        [Reply] =
        [
            new("UnmanagedFormat.Write write", 7),
        ],
        [Sleep] =
        [
            new("WaitingWord.Announce release", 4),
            new("Mailbox.Announce fence", 4),
            new("Futex.WaitSeveral syscall", 5),
            new("Futex.WaitSeveral syscall done", 5),
            new("WaitingWord.Retract release", 4),
        ],
        [Wake] =
        [
            new("SharedBell.Answer release", 5),
            new("Futex.WakeAll syscall", 5),
            new("Futex.WakeAll syscall done", 5),
        ],
        [Await] =
        [
            new("WaitingWord.Announce release", 4),
            new("Mailbox.Announce fence", 4),
            new("WaitingWord.Retract release", 4),
        ],
        [Select] =
        [
            new("WaitingWord.Announce release", 4),
            new("Selection.Announce fence", 4),
            new("Futex.WaitSeveral syscall", 5),
            new("Futex.WaitSeveral syscall done", 5),
            new("WaitingWord.Retract release", 4),
        ],
        [Ring] =
        [
            new("PolledTransport.Write send Doorbell", 5),
            new("PolledTransport.Write send Doorbell done", 5),
        ],
        [Rung] =
        [
            new("UnixMessage.Receive receive Doorbell done", 5),
        ],
        [Dial] =
        [
            new("UnixListener.Bind unlink", 1),
            new("UnixListener..ctor rename", 2),
            new("UnixListener..ctor rename done", 1),
            new("LocalDirectory.BeginLife rename", 2),
            new("DirectoryFiles.TryLock flock", 2),
            new("UnixConnector.Connect connect", 2),
            new("UnixConnector.Connect connect done", 1),
            new("PolledTransport.Write send Hello", 1),
            new("PolledTransport.Write send Hello done", 2),
            new("PolledTransport.Write send Holds", 1),
            new("PolledTransport.Write send Holds done", 2),
            new("UnixMessage.Receive receive Welcome done", 2),
            new("SharedMemoryFile.Create fcntl", 2),
            new("UnixMessage.Send send Segment", 1),
            new("UnixMessage.Send send Segment done", 4),
            new("PolledTransport.Write send OpenLink", 1),
            new("PolledTransport.Write send OpenLink done", 2),
            new("UnixMessage.Receive receive LinkOpened done", 2),
            new("RingPublication.PublishOldest release", 2),
            new("RingPublication.PublishOldest fence", 1),
            new("PolledTransport.Write send SenderState", 1),
            new("PolledTransport.Write send SenderState done", 2),
            new("PolledTransport.Write send CloseLink", 2),
            new("PolledTransport.Write send CloseLink done", 1),
            new("PolledTransport.Write send Bye", 2),
            new("PolledTransport.Write send Bye done", 1),
            new("UnixListener.Dispose unlink", 2),
            new("LocalDirectory.Dispose unlink", 2),
        ],
        [Listen] =
        [
            new("LocalDirectory.BeginLife rename done", 2),
            new("DirectoryFiles.TryPublish unlink", 2),
            new("DirectoryFiles.TryPublish rename", 1),
            new("DirectoryFiles.TryPublish rename done", 2),
            new("UnixListener.OnReady accept", 3),
            new("UnixListener.OnReady accept done", 1),
            new("UnixMessage.Receive receive Hello done", 2),
            new("PolledTransport.Write send Welcome", 1),
            new("PolledTransport.Write send Welcome done", 2),
            new("UnixMessage.Send send Segment", 2),
            new("UnixMessage.Receive receive Segment done", 3),
            new("SharedMemoryFile.Verify fcntl", 4),
            new("SharedMemoryFile.Verify syscall done", 2),
            new("ForeignDescriptor.Close fcntl", 3),
            new("UnixMessage.Receive receive OpenLink done", 1),
            new("ReceiveLink..ctor release", 2),
            new("PolledTransport.Write send LinkOpened", 2),
            new("PolledTransport.Write send LinkOpened done", 1),
            new("UnixMessage.Receive receive SenderState done", 2),
            new("LocalDirectory.Remove unlink", 2),
            new("LocalDirectory.Remove unlink done", 1),
            new("PolledTransport.Write send CloseLink done", 2),
            new("PolledTransport.Write send Bye done", 2),
            new("UnixListener.Dispose unlink done", 2),
            new("LocalDirectory.Dispose unlink done", 2),
        ],
    }.ToFrozenDictionary();

    /// <summary>Points that are not listed, and why.</summary>
    private static readonly string[] s_unlisted =
    [
        "WaitPoint.", // Counts in private memory.
        "WaitLoop.", // The same.
        "Futex.WaitOne", // The same.
        "LifeWords.Live", // The process is only beginning, and nobody has seen it.
        "DirectoryFiles.Open", // Before a lock or a rename, which are listed.
        "FileStatus.", // Asks only.
        "Barriers.Call", // After thousands of fences: who dies there has rung as always.
        "SharedBell.Tell release", // The same.
        "BlobMemory.IsHeld fence", // The same.
        "ForeignDescriptor.Duplicate", // Of a descriptor that is this process's own.
        "UnixConnector.Connect fcntl", // Of the descriptor before it is used.
        "UnixMessage.Receive receive", // Takes what the sender can't take back; where it matters, it is listed.
        "PolledTransport.Write send LinkClosed", // Answers who closes a link first, and the survivors never do.
    ];

    /// <summary>All names.</summary>
    public static IReadOnlySet<string> All { get; } = s_groups.Values.SelectMany(static group => group).Select(static point => point.Name).ToHashSet();

    /// <summary>
    /// The points of some groups. With <c>VIADUCT_EFFORT</c> those of more groups, too, which the suite passes by since the other side or another pattern
    /// has its turn there, and all of them so many times, at other times of passing.
    /// </summary>
    public static IReadOnlyList<NamedPoint> Of(string groups, int seed, string more = "")
    {
        string[] names = [.. groups.Split(", "), .. Effort.Factor > 1 && more.Length > 0 ? more.Split(", ") : []];
        NamedPoint[] once = [.. names.SelectMany(static group => s_groups[group])];
        var random = new Random(Effort.Seed(seed));
        var points = new List<NamedPoint>(once);
        for (int time = 1; time < Effort.Factor; time++)
        {
            points.AddRange(once.Select(point => point.Count < 3 ? point : point with { Count = 1 + random.Next(3 * point.Count) }));
        }

        return points;
    }

    /// <summary>Whether nobody can tell a kill there from one at a listed point.</summary>
    public static bool IsListed(string name) =>
        All.Contains(name)
        || All.Contains(name.Replace(" done", "", StringComparison.Ordinal))
        || All.Contains($"{name} done")
        || name.EndsWith(" acquire", StringComparison.Ordinal)
        || name.EndsWith(" read", StringComparison.Ordinal)
        || Array.Exists(s_unlisted, prefix => name.StartsWith(prefix, StringComparison.Ordinal));
}
