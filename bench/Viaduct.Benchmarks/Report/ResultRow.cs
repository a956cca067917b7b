using System.Text.Json.Serialization;
using Viaduct.Benchmarks.Plan;

namespace Viaduct.Benchmarks.Report;

/// <summary>One line of <c>--json</c>: medians over the repetitions. What does not apply is null.</summary>
/// <param name="System"><c>viaduct</c>, <c>limit</c> or the peer's name.</param>
/// <param name="Variant">What sets this line apart from another of the same system.</param>
/// <param name="Distance"><c>thread</c>, <c>process</c> or <c>machine</c>.</param>
/// <param name="Pattern"><c>producer-consumer</c>, <c>publish-subscribe</c> or <c>client-server</c>.</param>
/// <param name="Workload"><c>latency</c>, <c>throughput</c>, <c>wake</c> or <c>fan-out</c>; of remote calls <c>call</c>, <c>one-way</c>, <c>concurrent</c>, <c>bytes</c>, <c>crash</c> or <c>start</c>.</param>
/// <param name="Size">Bytes in one message.</param>
/// <param name="Wait"><c>spin</c>, <c>adaptive</c>, <c>sleep</c> or <c>async</c>.</param>
/// <param name="Touched">Whether every byte was written anew and every cache line read; else one word of each message.</param>
/// <param name="Pinned">Whether each side was kept on a core of its own.</param>
/// <param name="Subscribers">How many the publisher has; null for other patterns.</param>
/// <param name="P50">One way, ns; for fan-out the publisher's time for a message, for remote calls the whole call, for a start the whole of it.</param>
/// <param name="P99">One way, ns.</param>
/// <param name="P999">One way, ns.</param>
/// <param name="Max">The longest of all repetitions, one way, ns.</param>
/// <param name="MessagesPerSecond">Messages that the receiver took in a second.</param>
/// <param name="BytesPerSecond">The same in bytes.</param>
/// <param name="RatioToLimit">Latency divided by the limit's, or rate divided by the limit's; median of the turns' ratios.</param>
/// <param name="RatioToOneSubscriber">The publisher's time for a message divided by that with one subscriber.</param>
/// <param name="CpuNanosecondsPerMessage">Processor time of both sides.</param>
/// <param name="AllocatedBytesPerMessage">Managed memory allocated by both sides; null where it is not .NET.</param>
/// <param name="CallsAtATime">How many calls were under way at once, where there were several.</param>
/// <param name="Sharing">How many producers, consumers or threads share an end of the channel, where there are several.</param>
internal sealed record ResultRow(
    string System,
    string? Variant,
    string Distance,
    string Pattern,
    string Workload,
    int Size,
    string Wait,
    bool Touched,
    bool Pinned,
    int? Subscribers = null,
    [property: JsonPropertyName("p50_ns")] double? P50 = null,
    [property: JsonPropertyName("p99_ns")] double? P99 = null,
    [property: JsonPropertyName("p999_ns")] double? P999 = null,
    [property: JsonPropertyName("max_ns")] double? Max = null,
    [property: JsonPropertyName("messages_per_second")] double? MessagesPerSecond = null,
    [property: JsonPropertyName("bytes_per_second")] double? BytesPerSecond = null,
    [property: JsonPropertyName("ratio_to_limit")] double? RatioToLimit = null,
    [property: JsonPropertyName("ratio_to_one_subscriber")] double? RatioToOneSubscriber = null,
    [property: JsonPropertyName("cpu_ns_per_message")] double? CpuNanosecondsPerMessage = null,
    [property: JsonPropertyName("allocated_bytes_per_message")] double? AllocatedBytesPerMessage = null,
    [property: JsonPropertyName("calls_at_a_time")] int? CallsAtATime = null,
    [property: JsonPropertyName("sharing")] int? Sharing = null)
{
    /// <summary>What stands for pattern and workload of a micro-benchmark: <see cref="P50"/> is an operation's time.</summary>
    public const string Micro = "micro";

    /// <summary>Whether it is of a micro-benchmark.</summary>
    [JsonIgnore]
    public bool IsOfMicro => Workload == Micro;

    /// <summary>Whether it is of remote calls, which have tables and charts of their own.</summary>
    [JsonIgnore]
    public bool IsOfCalls { get; } = Enum.GetValues<Plan.Workload>().Any(workload => workload.IsOfCalls && Names.Of(workload) == Workload);
}
