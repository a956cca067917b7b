using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Viaduct;

/// <summary>The TCP address of a node. Immutable.</summary>
/// <param name="Host">A host name or an IP address (IPv6 without brackets).</param>
/// <param name="Port">The port, 1 to 65535.</param>
public sealed record NodeAddress(string Host, int Port)
{
    /// <summary>The node's identity, where it is known.</summary>
    public Guid? NodeId { get; init; }

    /// <summary>The node's name, where it is known.</summary>
    public string? NodeName { get; init; }

    /// <summary>Whether the node is no longer at this address. Defaults to <see langword="false"/>.</summary>
    public bool IsWithdrawn { get; init; }

    /// <summary>Whether the host is this machine's loopback: <c>localhost</c> or a loopback IP address.</summary>
    internal bool IsLoopback =>
        string.Equals(Host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(Host, out IPAddress? address) && IPAddress.IsLoopback(address));

    /// <summary>Reads <c>host:port</c>; an IPv6 address stands in brackets, as in <c>[::1]:7700</c>.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The address.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException"><paramref name="text"/> is not such an address; the message says what one looks like.</exception>
    public static NodeAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int colon = text.LastIndexOf(':');
        string host = colon > 0 ? text[..colon] : "";
        bool bracketed = host is ['[', .., ']'];
        if (bracketed)
        {
            host = host[1..^1];
        }

        bool hostIsFine = bracketed
            ? IPAddress.TryParse(host, out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetworkV6
            : Uri.CheckHostName(host) is UriHostNameType.Dns or UriHostNameType.IPv4;
        return hostIsFine
            && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            && port is >= 1 and <= 65535
            ? new NodeAddress(host, port)
            : throw new ArgumentException(
                $"'{text}' is not an address. One looks like 'host:7700', '10.0.0.5:7700' or '[::1]:7700', with a port from 1 to 65535.", nameof(text));
    }

    /// <summary>The address as <see cref="Parse"/> reads it.</summary>
    /// <returns>A text such as <c>host:7700</c> or <c>[::1]:7700</c>.</returns>
    public override string ToString() =>
        Host.Contains(':', StringComparison.Ordinal)
            ? string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}")
            : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
}
