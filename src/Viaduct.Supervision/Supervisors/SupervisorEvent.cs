using System.Globalization;

namespace Viaduct.Supervision;

/// <summary>Something that happened under a supervisor. Immutable.</summary>
/// <param name="Time">When.</param>
/// <param name="Supervisor">The supervisor's name, behind those of the supervisors above it: <c>machine/printers</c>.</param>
/// <param name="Child">The child's name.</param>
/// <param name="Kind">What.</param>
public sealed record SupervisorEvent(DateTimeOffset Time, string Supervisor, string Child, SupervisorEventKind Kind)
{
    /// <summary>How the child ended; null where it did not.</summary>
    public ExitReason? Exit { get; init; }

    /// <summary>After which time it is started again; zero elsewhere.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>The event in words.</summary>
    public override string ToString()
    {
        string what = Kind switch
        {
            SupervisorEventKind.Started => "started",
            SupervisorEventKind.StartFailed => $"could not be started: it {Exit}",
            SupervisorEventKind.Exited => $"{Exit}",
            SupervisorEventKind.Restarting => string.Create(CultureInfo.InvariantCulture, $"is started again in {Delay.TotalSeconds:0.###} s"),
            SupervisorEventKind.Hung => "does not answer",
            SupervisorEventKind.Stopped => "was stopped",
            _ => $"ended too often: the supervisor gives up; the last time it {Exit}",
        };
        return $"{Supervisor}/{Child} {what}";
    }
}
