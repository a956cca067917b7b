using System.Net;

namespace Viaduct;

/// <summary>How a process takes part in a domain. Copied and checked when a node joins; later changes have no effect.</summary>
/// <remarks>The defaults reach every process of the same user on this machine, and nothing beyond it.</remarks>
public sealed class NodeOptions
{
    /// <summary>The longest of the timeouts: one hour. Every wait of the library's own ends.</summary>
    public static readonly TimeSpan MaxTimeout = TimeSpan.FromHours(1);

    /// <summary>The longest <see cref="Name"/>, in characters.</summary>
    internal const int MaxNameLength = 128;

    /// <summary>The longest <see cref="Domain"/>, in characters: it is part of a Unix socket's path, which holds 107 bytes.</summary>
    internal const int MaxDomainLength = 32;

    /// <summary>
    /// What other nodes call this one in lists and errors; it need not be unique. 1 to 128 characters without control characters. Defaults to
    /// <see langword="null"/>: the process's name.
    /// </summary>
    public string? Name { get; set; }

    /// <summary>
    /// The domain: only nodes of the same domain meet. 1 to 32 ASCII letters, digits, <c>.</c>, <c>_</c> and <c>-</c>, not starting with a dot. Defaults
    /// to <c>default</c>.
    /// </summary>
    public string Domain { get; set; } = "default";

    /// <summary>
    /// The directory through which nodes of one machine find each other. Defaults to <see langword="null"/>: <c>$VIADUCT_RUNTIME_DIR</c>, else
    /// <c>$XDG_RUNTIME_DIR/viaduct</c>, else <c>viaduct-&lt;uid&gt;</c> in the directory for temporary files.
    /// </summary>
    public string? RuntimeDirectory { get; set; }

    /// <summary>
    /// Whether to find, and be found by, the other processes of this machine. Defaults to <see langword="true"/> on Linux and
    /// <see langword="false"/> elsewhere, where it is not available.
    /// </summary>
    public bool LocalDiscovery { get; set; } = Platform.IsLinux;

    /// <summary>
    /// The address on which to listen for other machines by TCP; port 0 takes a free one. Defaults to <see langword="null"/>: none. An address
    /// other than loopback also needs <see cref="AllowPlaintext"/>.
    /// </summary>
    public IPEndPoint? Listen { get; set; }

    /// <summary>
    /// The TCP addresses of other nodes, each as <see cref="NodeAddress.Parse"/> reads it. Defaults to none. Of two nodes one needs the other's.
    /// An address other than loopback also needs <see cref="AllowPlaintext"/>.
    /// </summary>
    public IList<string> Peers { get; set; } = [];

    /// <summary>Where to learn further addresses, and to announce this node's. Defaults to <see langword="null"/>: <see cref="Peers"/> only.</summary>
    public INameService? NameService { get; set; }

    /// <summary>
    /// Allows TCP with other machines, which is neither encrypted nor authenticated: whoever can reach the port can read and send messages. Defaults to
    /// <see langword="false"/>: TCP on loopback addresses only.
    /// </summary>
    public bool AllowPlaintext { get; set; }

    /// <summary>
    /// Whether processes of other users of this machine may meet this node; they also need access to the runtime directory. Defaults to
    /// <see langword="false"/>.
    /// </summary>
    public bool AllowOtherUsers { get; set; }

    /// <summary>
    /// Whether messages to other processes of this machine pass through shared memory. Defaults to <see langword="true"/>; otherwise they pass through
    /// a Unix stream socket.
    /// </summary>
    public bool SharedMemory { get; set; } = true;

    /// <summary>
    /// How long disposing a socket waits until what it sent is consumed, from 0 to <see cref="MaxTimeout"/>. Defaults to 5 seconds.
    /// </summary>
    public TimeSpan LingerTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How often a node on another machine is asked for a sign of life, from 50 milliseconds to <see cref="MaxTimeout"/>. Defaults to 2 seconds. On one
    /// machine the kernel tells of deaths, and nothing is asked. One that is silent for three intervals has its connection closed. What keeps this process from
    /// asking does not count: neither a starved thread pool (on Linux) nor a time in which the process, or the machine, was stopped.
    /// </summary>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long a broken TCP connection is tried anew before its peers count as lost, from 0 (never) to <see cref="MaxTimeout"/>. Defaults to 5 seconds.
    /// </summary>
    public TimeSpan ReconnectWindow { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A first handler of <see cref="Node.Event"/>, which misses nothing: also what happens while the node joins. Defaults to <see langword="null"/>.
    /// </summary>
    public Action<NodeEvent>? OnEvent { get; set; }

    /// <summary>
    /// How long memory for loans and large messages is kept after its last use, from 0 to <see cref="MaxTimeout"/>; looked at once in
    /// <see cref="HeartbeatInterval"/>. Defaults to 10 seconds: what a burst took goes back to the system, here and in the processes that read it.
    /// </summary>
    public TimeSpan IdleMemoryTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether the node knocks at the domain's wake socket where it finds nobody to send to. A supervisor does not: the door is its own, and whoever
    /// knocks there while it ends has it started again.
    /// </summary>
    internal bool Knocks { get; set; } = true;

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is wrong, or two contradict each other; the message says what to set.</exception>
    /// <exception cref="PlatformNotSupportedException"><see cref="LocalDiscovery"/> is set where it is not available.</exception>
    public void Validate()
    {
        if (Name is not null)
        {
            OptionCheck.Text(Name, MaxNameLength, nameof(Name));
        }

        ArgumentNullException.ThrowIfNull(Domain);
        if (Domain.Length > MaxDomainLength || !ChannelName.IsValid(Domain) || Domain.Contains('/', StringComparison.Ordinal))
        {
            throw new ArgumentException(
                $"Domain must be 1 to {MaxDomainLength} ASCII letters, digits, '.', '_' and '-', not starting with '.'; it is '{Domain}'.", nameof(Domain));
        }

        if (RuntimeDirectory is not null && string.IsNullOrWhiteSpace(RuntimeDirectory))
        {
            throw new ArgumentException("RuntimeDirectory must be a path, or null for the usual place.", nameof(RuntimeDirectory));
        }

        if (LocalDiscovery)
        {
            Platform.RequireLinux("NodeOptions.LocalDiscovery (Unix sockets and shared memory)");
        }

        OptionCheck.Range(LingerTimeout, TimeSpan.Zero, MaxTimeout, nameof(LingerTimeout));
        OptionCheck.Range(HeartbeatInterval, TimeSpan.FromMilliseconds(50), MaxTimeout, nameof(HeartbeatInterval));
        OptionCheck.Range(ReconnectWindow, TimeSpan.Zero, MaxTimeout, nameof(ReconnectWindow));
        OptionCheck.Range(IdleMemoryTimeout, TimeSpan.Zero, MaxTimeout, nameof(IdleMemoryTimeout));
        CheckPlaintext();
    }

    /// <summary>A copy that later changes of this object do not touch, checked.</summary>
    /// <exception cref="ArgumentException">As <see cref="Validate"/>.</exception>
    internal NodeOptions ValidatedCopy()
    {
        Validate();
        var copy = (NodeOptions)MemberwiseClone();
        copy.Peers = Peers.ToArray();
        return copy;
    }

    /// <summary>Checks that TCP to <paramref name="address"/> is allowed: for addresses that a name service tells.</summary>
    /// <exception cref="ArgumentException">It is not a loopback address, and plain text was not allowed.</exception>
    internal void CheckPlaintext(NodeAddress address)
    {
        if (!AllowPlaintext && !address.IsLoopback)
        {
            throw PlaintextRefused($"The peer address {address}");
        }
    }

    private void CheckPlaintext()
    {
        if (Listen is not null && !AllowPlaintext && !IPAddress.IsLoopback(Listen.Address))
        {
            throw PlaintextRefused($"Listen = {Listen}");
        }

        ArgumentNullException.ThrowIfNull(Peers);
        foreach (string peer in Peers)
        {
            CheckPlaintext(NodeAddress.Parse(peer));
        }
    }

    private static ArgumentException PlaintextRefused(string what) => new(
        $"{what} is not a loopback address, and TCP is plain text so far: neither encrypted nor authenticated. Where every machine that can reach the "
        + "port is trusted (also in a private test network) set AllowPlaintext = true; otherwise use a loopback address.");
}
