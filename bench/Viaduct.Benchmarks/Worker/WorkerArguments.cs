using System.Globalization;
using Viaduct.Benchmarks.Plan;
using Viaduct.Benchmarks.Systems;

namespace Viaduct.Benchmarks.Worker;

/// <summary>What a worker process is started with.</summary>
/// <param name="System">Which system it runs; a key of <c>SystemFactory</c>.</param>
/// <param name="Role">Null = both sides, in threads of this process.</param>
/// <param name="Distance">How far apart the sides are.</param>
/// <param name="Pattern">Which sockets it opens.</param>
/// <param name="Size">Bytes in one message.</param>
/// <param name="Touched">Whether all of a message is written and read; else one word of it.</param>
/// <param name="Wait">How both sides wait.</param>
/// <param name="Variant">What sets it apart from the plain system.</param>
/// <param name="CoreA">Side A's core.</param>
/// <param name="CoreB">Side B's core.</param>
/// <param name="Directory">A directory of this pair's own.</param>
/// <param name="PortA">A free TCP port for side A; 0 where none is needed.</param>
/// <param name="PortB">A free TCP port for side B.</param>
internal sealed record WorkerArguments(
    string System,
    Role? Role,
    Distance Distance,
    Pattern Pattern,
    int Size,
    bool Touched,
    WaitKind Wait,
    SystemVariant Variant,
    int CoreA,
    int CoreB,
    string Directory,
    int PortA,
    int PortB)
{
    /// <summary>The system of the program Viaduct.Benchmarks.Http.</summary>
    public const string HttpKey = "http2";

    /// <summary>The hidden verb that makes the program a worker.</summary>
    public const string Verb = "worker";

    private const string BothRoles = "both";

    /// <summary>Whether side B is a service, whose own threads answer.</summary>
    public bool IsServed => System is ServiceSystem.Key or HttpKey;

    public int CoreOf(Role role) => role == Worker.Role.A ? CoreA : CoreB;

    public IEnumerable<string> ToCommandLine() =>
    [
        Verb,
        System,
        Role?.ToString() ?? BothRoles,
        Distance.ToString(),
        Pattern.ToString(),
        Text(Size),
        Touched.ToString(),
        Wait.ToString(),
        Variant.Batch.ToString(),
        Variant.Loan.ToString(),
        Text(Variant.Subscribers),
        Text(Variant.Selected),
        Text(Variant.Producers),
        Text(Variant.Consumers),
        Text(Variant.Threads),
        Text(Variant.Calls),
        Variant.Bytes.ToString(),
        Text(CoreA),
        Text(CoreB),
        Directory,
        Text(PortA),
        Text(PortB),
    ];

    /// <summary>Reads what <see cref="ToCommandLine"/> wrote.</summary>
    public static WorkerArguments Parse(ReadOnlySpan<string> arguments) => new(
        arguments[1],
        arguments[2] == BothRoles ? null : Enum.Parse<Role>(arguments[2]),
        Enum.Parse<Distance>(arguments[3]),
        Enum.Parse<Pattern>(arguments[4]),
        Number(arguments[5]),
        bool.Parse(arguments[6]),
        Enum.Parse<WaitKind>(arguments[7]),
        new SystemVariant
        {
            Batch = bool.Parse(arguments[8]),
            Loan = bool.Parse(arguments[9]),
            Subscribers = Number(arguments[10]),
            Selected = Number(arguments[11]),
            Producers = Number(arguments[12]),
            Consumers = Number(arguments[13]),
            Threads = Number(arguments[14]),
            Calls = Number(arguments[15]),
            Bytes = Enum.Parse<BytesRoad>(arguments[16]),
        },
        Number(arguments[17]),
        Number(arguments[18]),
        arguments[19],
        Number(arguments[20]),
        Number(arguments[21]));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
