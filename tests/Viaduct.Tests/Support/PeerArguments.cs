using System.Globalization;

namespace Viaduct.Tests.Support;

/// <summary>What the child program is told when it starts. Compiled into the child program too.</summary>
public sealed class PeerArguments
{
    public string Name { get; init; } = "child";

    /// <summary>The project whose program it is; not told.</summary>
    public string Program { get; init; } = "Viaduct.TestPeer";

    /// <summary>Whether the child has no more than the first of the tests' processors; not told.</summary>
    public bool OnOneProcessor { get; init; }

    /// <summary>Null: the child has no discovery on its machine, unless that is asked for.</summary>
    public string? RuntimeDirectory { get; init; }

    /// <summary>Null: by whether there is a runtime directory.</summary>
    public bool? Discovery { get; init; }

    public bool Listen { get; init; }

    public IReadOnlyList<string> Peers { get; init; } = [];

    public bool SharedMemory { get; init; } = true;

    /// <summary>Whether the child does without every call that only Linux has.</summary>
    public bool Portable { get; init; }

    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(2);

    public TimeSpan ReconnectWindow { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan LingerTimeout { get; init; } = TimeSpan.FromMilliseconds(100);

    public static PeerArguments Parse(IReadOnlyList<string> arguments)
    {
        Dictionary<string, string> values = arguments.Select(argument => argument.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        return new PeerArguments
        {
            Name = values["name"],
            RuntimeDirectory = values["directory"].Length == 0 ? null : values["directory"],
            Discovery = bool.Parse(values["discovery"]),
            Listen = bool.Parse(values["listen"]),
            Peers = values["peers"].Split(',', StringSplitOptions.RemoveEmptyEntries),
            SharedMemory = bool.Parse(values["memory"]),
            Portable = bool.Parse(values["portable"]),
            Heartbeat = Milliseconds(values["heartbeat"]),
            ReconnectWindow = Milliseconds(values["reconnect"]),
            LingerTimeout = Milliseconds(values["linger"]),
        };
    }

    public IReadOnlyList<string> Format() =>
    [
        $"name={Name}",
        $"directory={RuntimeDirectory}",
        $"discovery={Discovery ?? RuntimeDirectory is not null}",
        $"listen={Listen}",
        $"peers={string.Join(',', Peers)}",
        $"memory={SharedMemory}",
        $"portable={Portable}",
        $"heartbeat={Milliseconds(Heartbeat)}",
        $"reconnect={Milliseconds(ReconnectWindow)}",
        $"linger={Milliseconds(LingerTimeout)}",
    ];

    private static TimeSpan Milliseconds(string text) => TimeSpan.FromMilliseconds(int.Parse(text, CultureInfo.InvariantCulture));

    private static string Milliseconds(TimeSpan time) => ((int)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
}
