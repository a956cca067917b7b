using System.Diagnostics;
using System.Text;
using Viaduct.Messages;
using Viaduct.Wire;

namespace Viaduct;

/// <summary>What both ends of a channel must agree on: its name, its bounds and what its messages are.</summary>
/// <remarks>
/// A specification is immutable and may be shared by any number of sockets and threads. Its name is checked when it is created, the rest when
/// a socket is opened with it. Both ends compare their specifications when they meet, and a difference is a
/// <see cref="ChannelMismatchException"/> that names both values. Make one with <see cref="ChannelSpec{T}"/> or <see cref="CallSpec{TRequest, TReply}"/>.
/// </remarks>
[DebuggerDisplay("{Name,nq} ({Topology}, capacity {Capacity})")]
public abstract class ChannelSpec
{
    /// <summary>The largest <see cref="Capacity"/>: 1,048,576 messages.</summary>
    public const int MaxCapacity = 1_048_576;

    /// <summary>The largest <see cref="MaxMessageSize"/>, and the bound on unconsumed bytes that always holds: 256 MiB.</summary>
    public const int MaxBytes = 256 * 1024 * 1024;

    /// <summary>The longest schema text, in bytes of UTF-8: it must fit into a handshake.</summary>
    internal const int MaxSchemaLength = WireLimits.MaxText;

    private protected ChannelSpec(string name)
    {
        Name = ChannelName.Checked(name);
    }

    /// <summary>
    /// The channel's name: 1 to 128 of the ASCII letters, digits, <c>.</c>, <c>_</c>, <c>-</c> and <c>/</c>; no segment between slashes is
    /// empty or starts with a dot. Case matters.
    /// </summary>
    public string Name { get; }

    /// <summary>How many senders and receivers there may be. Defaults to <see cref="Topology.ManyToMany"/>.</summary>
    public Topology Topology { get; init; } = Topology.ManyToMany;

    /// <summary>Between which places messages may pass. Defaults to <see cref="Context.Auto"/>. It limits this end only and is not compared.</summary>
    public Context Context { get; init; } = Context.Auto;

    /// <summary>
    /// The number of messages k that a sender may have out and not yet consumed: of a producer over all its consumers together, of a publisher for
    /// each subscriber, of a client the calls not yet answered (at least one). 0 is a rendezvous: a send ends when a receiver has received the
    /// message. From 0 to <see cref="MaxCapacity"/>; defaults to 64.
    /// </summary>
    public int Capacity { get; init; } = 64;

    /// <summary>
    /// A bound on the bytes that a sender may have out and not yet consumed, beside <see cref="Capacity"/>; a single message that is larger goes
    /// when nothing else is out. From 0 (no bound but the library's <see cref="MaxBytes"/>, the default) to <see cref="MaxBytes"/>.
    /// </summary>
    public long ByteCapacity { get; init; }

    /// <summary>
    /// Publish/subscribe: the number n of last messages that a publisher keeps for subscribers that come later, each of which gets them first, beside
    /// the <see cref="Capacity"/>. Where messages are large they are fewer: those of the last n whose bytes are within the bounds. From 0 (the default)
    /// to <see cref="MaxCapacity"/> less the <see cref="Capacity"/>; with other patterns 0.
    /// </summary>
    public int History { get; init; }

    /// <summary>What happens to a message whose receiver dies. Defaults to <see cref="Delivery.AtLeastOnce"/>.</summary>
    public Delivery Delivery { get; init; } = Delivery.AtLeastOnce;

    /// <summary>The size of the largest message in bytes, as encoded. From 0 to <see cref="MaxBytes"/>; defaults to 64 MiB.</summary>
    public int MaxMessageSize { get; init; } = 64 * 1024 * 1024;

    /// <summary>What the messages are, in words that both ends compare, such as <c>struct Event, 24 bytes</c>; of types that are marked <see cref="MessageAttribute"/> a <see cref="SchemaText"/>.</summary>
    /// <exception cref="InvalidOperationException">The message type has no default codec and none was named.</exception>
    public abstract string Schema { get; }

    /// <summary><see cref="Schema"/>, or where that is long what stands for it where there is no room: 1 to <see cref="MaxSchemaLength"/> bytes.</summary>
    internal virtual string ShortSchema => Schema;

    /// <summary>The 64-bit FNV-1a hash of the UTF-8 bytes of <see cref="ShortSchema"/>, compared at the handshake.</summary>
    internal ulong SchemaHash => Fnv1a.Hash(ShortSchema);

    /// <summary>
    /// What the ends expect of each other in detail: of a service its contract, of messages their <see cref="Schema"/> where <see cref="ShortSchema"/> stands for it. Empty where that is all,
    /// or too long to be told.
    /// </summary>
    internal virtual string Contract =>
        ShortSchema is var words && Schema is var schema && schema != words && Encoding.UTF8.GetByteCount(schema) <= WireLimits.MaxContract ? schema : "";

    /// <summary>Whether the topology allows one producer, publisher or client only.</summary>
    internal bool HasOneSender => Topology is Topology.OneToOne or Topology.OneToMany;

    /// <summary>Whether the topology allows one consumer, subscriber or server only.</summary>
    internal bool HasOneReceiver => Topology is Topology.OneToOne or Topology.ManyToOne;

    /// <summary>Messages that one ring keeps at the most: unconsumed ones, and the history before them.</summary>
    internal int Positions => Capacity + History;

    /// <summary>Messages that are kept, the newest first, for subscribers that lose their oldest.</summary>
    internal int Kept => Math.Max(1, Math.Max(Capacity, History));

    /// <summary>Which directions this channel offers when it is used with <paramref name="pattern"/>.</summary>
    /// <param name="pattern">The pattern of the sockets that are opened on it.</param>
    /// <returns>
    /// <see cref="Directions.OneWay"/> for producer/consumer and publish/subscribe; for client/server <see cref="Directions.BothInTurn"/> if
    /// <see cref="Capacity"/> is 0 or 1, and <see cref="Directions.BothAtOnce"/> if it is more.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="pattern"/> is not one of the patterns.</exception>
    public Directions DirectionsOf(Pattern pattern) => pattern switch
    {
        Pattern.ProducerConsumer or Pattern.PublishSubscribe => Directions.OneWay,
        Pattern.ClientServer => Capacity <= 1 ? Directions.BothInTurn : Directions.BothAtOnce,
        _ => throw new ArgumentOutOfRangeException(nameof(pattern), pattern, "Not a pattern."),
    };

    /// <summary>The channel's name.</summary>
    /// <returns><see cref="Name"/>.</returns>
    public override string ToString() => Name;

    /// <summary>What about the contracts of a callee and a caller breaks their calls, in a sentence; null if nothing.</summary>
    internal virtual string? FindBreak(string callee, string caller) => null;

    /// <summary>Checks every property, and that there is a codec; called when a socket is opened.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A property is outside its range; the message names channel, property and range.</exception>
    /// <exception cref="ArgumentException">The codec's schema text is empty or too long.</exception>
    /// <exception cref="InvalidOperationException">The message type has no default codec and none was named.</exception>
    internal void Validate()
    {
        CheckDefined(Topology, Topology.ManyToOne, nameof(Topology));
        CheckDefined(Context, Context.DistributedProcess, nameof(Context));
        CheckDefined(Delivery, Delivery.AtMostOnce, nameof(Delivery));
        CheckRange(Capacity, MaxCapacity, nameof(Capacity), "messages");
        CheckRange(History, MaxCapacity - Capacity, nameof(History), $"messages beside a capacity of {Capacity}");
        CheckRange(ByteCapacity, MaxBytes, nameof(ByteCapacity), "bytes (0 = no bound of its own)");
        CheckRange(MaxMessageSize, MaxBytes, nameof(MaxMessageSize), "bytes");

        string schema = ShortSchema;
        int length = string.IsNullOrWhiteSpace(schema) ? 0 : Encoding.UTF8.GetByteCount(schema);
        if (length is 0 or > MaxSchemaLength)
        {
            throw new ArgumentException(
                $"Channel '{Name}': the codec's Schema must be a text of 1 to {MaxSchemaLength} bytes in UTF-8; it has {length}.");
        }
    }

    private void CheckDefined<TEnum>(TEnum value, TEnum last, string property)
        where TEnum : struct, Enum
    {
        if (!OptionCheck.IsDefined(value, last))
        {
            throw new ArgumentOutOfRangeException(
                property, value, $"Channel '{Name}': {property} must be one of {string.Join(", ", Enum.GetNames<TEnum>())}.");
        }
    }

    private void CheckRange(long value, long maximum, string property, string unit)
    {
        if (value < 0 || value > maximum)
        {
            throw new ArgumentOutOfRangeException(property, value, $"Channel '{Name}': {property} must be 0 to {maximum} {unit}.");
        }
    }
}
