using System.Globalization;
using Viaduct.Supervision;

namespace Viaduct.Cli.Output;

/// <summary>A service as JSON shows it.</summary>
/// <param name="Name">Its name in the description of <c>viaduct serve</c>, or its own.</param>
/// <param name="State">Where it stands, in small letters; of a service that a program serves by itself <c>by itself</c>.</param>
/// <param name="ProcessId">Its process, null for none.</param>
/// <param name="Restarts">How often it was started again because it had ended.</param>
/// <param name="Since">Since when it stands there, null where nobody keeps it.</param>
/// <param name="UptimeSeconds">For how long it has been running, null if it is not, or nobody keeps it.</param>
/// <param name="Memory">Resident bytes, 0 where nobody keeps it.</param>
/// <param name="Offers">The services that it offers.</param>
/// <param name="LastExit">How it ended the last time, null if it has not.</param>
internal sealed record ServiceView(
    string Name, string State, int? ProcessId, long Restarts, DateTimeOffset? Since, double? UptimeSeconds, long Memory, IReadOnlyList<string> Offers, string? LastExit)
{
    /// <summary>Makes the view of a status.</summary>
    /// <param name="status">The status.</param>
    /// <param name="now">The time.</param>
    public static ServiceView Of(ServedStatus status, DateTimeOffset now)
    {
        return new ServiceView(
            status.Name,
            status.State.ToString().ToLowerInvariant(),
            status.ProcessId,
            status.Restarts,
            status.Since,
            status.ProcessId is null ? null : Math.Max(0, (now - status.Since).TotalSeconds),
            status.Memory,
            status.Offers,
            status.LastExit);
    }

    /// <summary>Makes the view of a service that nobody keeps running.</summary>
    /// <param name="node">Where it is.</param>
    /// <param name="service">Its end.</param>
    public static ServiceView Of(NodeReport node, SocketReport service)
    {
        return new ServiceView(service.Channel, "by itself", node.ProcessId, 0, null, null, 0, [service.Channel], null);
    }

    /// <summary>The rows of a table.</summary>
    /// <param name="services">The services.</param>
    public static Table ToTable(IEnumerable<ServiceView> services)
    {
        Table table = new("SERVICE", "STATE", ">PID", ">RESTARTS", ">UPTIME", ">MEMORY", "OFFERS", "LAST EXIT");
        foreach (ServiceView service in services)
        {
            table.Add(
                service.Name,
                service.State,
                service.ProcessId?.ToString(CultureInfo.InvariantCulture) ?? "-",
                Words.Number(service.Restarts),
                service.UptimeSeconds is { } seconds ? Uptime(seconds) : "-",
                service.Memory == 0 ? "-" : Words.Bytes(service.Memory),
                service.Offers.Count == 0 ? "-" : string.Join(' ', service.Offers),
                service.LastExit ?? "-");
        }

        return table;
    }

    private static string Uptime(double seconds)
    {
        return seconds switch
        {
            < 60 => Words.Fixed(seconds, 0) + " s",
            < 3600 => Words.Fixed(Math.Floor(seconds / 60), 0) + " min",
            < 86400 => Words.Fixed(Math.Floor(seconds / 3600), 0) + " h",
            _ => Words.Fixed(Math.Floor(seconds / 86400), 0) + " d",
        };
    }
}
