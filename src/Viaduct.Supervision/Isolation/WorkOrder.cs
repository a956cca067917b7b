using System.Globalization;
using Viaduct.Rpc;

namespace Viaduct.Supervision;

/// <summary>What a worker process is told to be, in one environment variable.</summary>
internal sealed record WorkOrder(string Assembly, string Key, string Channel, string Name, int Threads, WaitMode Wait, int Capacity)
{
    /// <summary>The variable.</summary>
    public const string Variable = "VIADUCT_WORKER";

    private const char Separator = '\n';

    /// <summary>Reads what <see cref="ToString"/> wrote; null if it is none.</summary>
    public static WorkOrder? Parse(string? text)
    {
        string[] parts = (text ?? "").Split(Separator);
        return parts.Length == 7
            && int.TryParse(parts[4], CultureInfo.InvariantCulture, out int threads)
            && int.TryParse(parts[5], CultureInfo.InvariantCulture, out int wait)
            && int.TryParse(parts[6], CultureInfo.InvariantCulture, out int capacity)
            ? new WorkOrder(parts[0], parts[1], parts[2], parts[3], threads, (WaitMode)wait, capacity)
            : null;
    }

    /// <summary>How the service is served.</summary>
    public ServeOptions ServeOptions() => new() { Name = Channel, Threads = Threads, Wait = Wait, Capacity = Capacity };

    /// <inheritdoc/>
    public override string ToString() =>
        string.Join(Separator, Assembly, Key, Channel, Name.Replace(Separator, ' '), Threads.ToString(CultureInfo.InvariantCulture), ((int)Wait).ToString(CultureInfo.InvariantCulture), Capacity.ToString(CultureInfo.InvariantCulture));
}
