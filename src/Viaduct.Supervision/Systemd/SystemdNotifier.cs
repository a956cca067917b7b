using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Viaduct.Supervision;

/// <summary>Tells systemd how this process fares: sd_notify(3), over the datagram socket that systemd names in the environment. Thread-safe.</summary>
internal sealed class SystemdNotifier : IDisposable
{
    private readonly Socket _socket;
    private readonly UnixDomainSocketEndPoint _manager;

    private SystemdNotifier(string address, TimeSpan? watchdog)
    {
        // An address that begins with @ is an abstract one, which has a zero in its place.
        _manager = new UnixDomainSocketEndPoint(address[0] == '@' ? '\0' + address[1..] : address);
        _socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        Watchdog = watchdog;
    }

    /// <summary>Within which time systemd wants to hear from this process again and again; null if it does not.</summary>
    public TimeSpan? Watchdog { get; }

    /// <summary>Takes over what systemd has said, and takes it out of the environment, since it is not meant for children; null if it is not there.</summary>
    public static SystemdNotifier? Take()
    {
        string? address = TakeVariable("NOTIFY_SOCKET");
        string? microseconds = TakeVariable("WATCHDOG_USEC");
        string? process = TakeVariable("WATCHDOG_PID");
        if (string.IsNullOrEmpty(address) || address[0] is not ('@' or '/') || !Platform.IsLinux)
        {
            return null;
        }

        bool isMeant = process is null || process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        TimeSpan? watchdog = isMeant && long.TryParse(microseconds, CultureInfo.InvariantCulture, out long value) && value is > 0 and < long.MaxValue / 10
            ? TimeSpan.FromMicroseconds(value)
            : null;
        return new SystemdNotifier(address, watchdog);
    }

    /// <summary>All that is to start has been started.</summary>
    public void Ready(string status) => Send($"READY=1\nSTATUS={OneLine(status)}");

    /// <summary>The description is being read again; <see cref="Ready"/> ends that.</summary>
    public void Reloading() => Send(string.Create(CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={MonotonicMicroseconds()}"));

    /// <summary>This process ends.</summary>
    public void Stopping() => Send("STOPPING=1");

    /// <summary>What is said of this process.</summary>
    public void Status(string status) => Send($"STATUS={OneLine(status)}");

    /// <summary>This process goes on.</summary>
    public void Alive() => Send("WATCHDOG=1");

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    /// <summary>A variable, which is not there any more.</summary>
    internal static string? TakeVariable(string name)
    {
        string? value = Environment.GetEnvironmentVariable(name);
        Environment.SetEnvironmentVariable(name, null);
        return value;
    }

    /// <summary>CLOCK_MONOTONIC, which is what .NET's stopwatch reads on Linux.</summary>
    private static long MonotonicMicroseconds() =>
        (long)(System.Diagnostics.Stopwatch.GetTimestamp() * (1_000_000.0 / System.Diagnostics.Stopwatch.Frequency));

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    private void Send(string state)
    {
        try
        {
            _socket.SendTo(Encoding.UTF8.GetBytes(state), _manager);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // systemd is gone, or does not listen: what it does not hear it will ask by its own means.
        }
    }
}
