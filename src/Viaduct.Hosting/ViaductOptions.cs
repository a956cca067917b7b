using System.Net;

namespace Viaduct.Hosting;

/// <summary>The options of a host's node, as they are read from the configuration section <c>Viaduct</c>.</summary>
/// <remarks>
/// They have the names, ranges and defaults of <see cref="NodeOptions"/>, in forms that a configuration file can hold, and are checked when the
/// host starts.
/// </remarks>
public sealed class ViaductOptions
{
    /// <summary>The configuration section that is read: <c>Viaduct</c>.</summary>
    public const string SectionName = "Viaduct";

    private static readonly NodeOptions s_defaults = new();

    /// <summary>See <see cref="NodeOptions.Name"/>. Defaults to <see langword="null"/>: the host's application name.</summary>
    public string? Name { get; set; }

    /// <summary>See <see cref="NodeOptions.Domain"/>. Defaults to <c>default</c>.</summary>
    public string Domain { get; set; } = s_defaults.Domain;

    /// <summary>See <see cref="NodeOptions.RuntimeDirectory"/>. Defaults to <see langword="null"/>: the usual place.</summary>
    public string? RuntimeDirectory { get; set; }

    /// <summary>See <see cref="NodeOptions.LocalDiscovery"/>. Defaults to <see langword="true"/> on Linux and <see langword="false"/> elsewhere.</summary>
    public bool LocalDiscovery { get; set; } = s_defaults.LocalDiscovery;

    /// <summary>
    /// See <see cref="NodeOptions.Listen"/>: an IP address and a port, such as <c>127.0.0.1:7700</c> or <c>[::1]:7700</c>. Defaults to
    /// <see langword="null"/>: TCP is not listened on.
    /// </summary>
    public string? Listen { get; set; }

    /// <summary>See <see cref="NodeOptions.Peers"/>: each <c>host:port</c>. Defaults to none.</summary>
    public IList<string> Peers { get; } = [];

    /// <summary>See <see cref="NodeOptions.AllowPlaintext"/>. Defaults to <see langword="false"/>.</summary>
    public bool AllowPlaintext { get; set; }

    /// <summary>See <see cref="NodeOptions.AllowOtherUsers"/>. Defaults to <see langword="false"/>.</summary>
    public bool AllowOtherUsers { get; set; }

    /// <summary>See <see cref="NodeOptions.SharedMemory"/>. Defaults to <see langword="true"/>.</summary>
    public bool SharedMemory { get; set; } = s_defaults.SharedMemory;

    /// <summary>See <see cref="NodeOptions.LingerTimeout"/>. Defaults to 5 seconds.</summary>
    public TimeSpan LingerTimeout { get; set; } = s_defaults.LingerTimeout;

    /// <summary>See <see cref="NodeOptions.HeartbeatInterval"/>. Defaults to 2 seconds.</summary>
    public TimeSpan HeartbeatInterval { get; set; } = s_defaults.HeartbeatInterval;

    /// <summary>See <see cref="NodeOptions.ReconnectWindow"/>. Defaults to 5 seconds.</summary>
    public TimeSpan ReconnectWindow { get; set; } = s_defaults.ReconnectWindow;

    /// <summary>See <see cref="NodeOptions.IdleMemoryTimeout"/>. Defaults to 10 seconds.</summary>
    public TimeSpan IdleMemoryTimeout { get; set; } = s_defaults.IdleMemoryTimeout;

    /// <summary>The same as the core library's options.</summary>
    /// <exception cref="ArgumentException"><see cref="Listen"/> is not an address.</exception>
    internal NodeOptions ToNodeOptions() => new()
    {
        Name = Name,
        Domain = Domain,
        RuntimeDirectory = RuntimeDirectory,
        LocalDiscovery = LocalDiscovery,
        Listen = Listen is null ? null : ParseListen(Listen),
        Peers = [.. Peers],
        AllowPlaintext = AllowPlaintext,
        AllowOtherUsers = AllowOtherUsers,
        SharedMemory = SharedMemory,
        LingerTimeout = LingerTimeout,
        HeartbeatInterval = HeartbeatInterval,
        ReconnectWindow = ReconnectWindow,
        IdleMemoryTimeout = IdleMemoryTimeout,
    };

    // IPEndPoint.Parse takes an address without a port for one with port 0; what was forgotten should not choose a port by chance.
    private static IPEndPoint ParseListen(string text) =>
        IPEndPoint.TryParse(text, out IPEndPoint? address) && !IPAddress.TryParse(text, out _)
            ? address
            : throw new ArgumentException(
                $"Listen must be an IP address and a port, such as '127.0.0.1:7700', '[::1]:7700', or port 0 for a free one; it is '{text}'.");
}
