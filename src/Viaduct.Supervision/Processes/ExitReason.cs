using System.Globalization;
using System.Text;

namespace Viaduct.Supervision;

/// <summary>How and when a child ended. Immutable.</summary>
public sealed record ExitReason
{
    /// <summary>In which way.</summary>
    public required ExitKind Kind { get; init; }

    /// <summary>The exit code of a process that <see cref="ExitKind.Exited"/>, 0 to 255; 0 otherwise.</summary>
    public int ExitCode { get; init; }

    /// <summary>The signal that ended a process that was <see cref="ExitKind.Signaled"/>, by the system's number; 0 otherwise.</summary>
    public int Signal { get; init; }

    /// <summary>The signal's name, such as <c>SIGSEGV</c>; null where there was none.</summary>
    public string? SignalName => Signal == 0 ? null : SignalNames.Of(Signal);

    /// <summary>Whether the kernel wrote a core dump, which delays the end of a process.</summary>
    public bool CoreDumped { get; init; }

    /// <summary>What a task or a start failed with, also where the process was killed for it; null otherwise.</summary>
    public Exception? Error { get; init; }

    /// <summary>When the end was noticed: of a process, within a millisecond of the kernel's taking it down.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>How long it had run.</summary>
    public TimeSpan Uptime { get; init; }

    /// <summary>Processor time that the process had used, and the children that it had waited for.</summary>
    public TimeSpan ProcessorTime { get; init; }

    /// <summary>The most memory that the process had resident at once, in bytes.</summary>
    public long PeakMemory { get; init; }

    /// <summary>Whether it ended as a program that is done ends: by itself, with exit code 0.</summary>
    public bool IsNormal => Kind == ExitKind.Exited && ExitCode == 0;

    /// <summary>The reason in words, such as <c>killed by SIGSEGV (11) after 1.2 s</c>.</summary>
    public override string ToString()
    {
        if (Error is ChildStartException)
        {
            return $"did not start: {Error.Message}";
        }

        StringBuilder text = new(Kind switch
        {
            ExitKind.Exited => $"exited with code {ExitCode}",
            ExitKind.Signaled => $"killed by {SignalName} ({Signal})",
            ExitKind.Failed => $"failed with {Error?.GetType().Name}: {Error?.Message}",
            ExitKind.GaveUp => "gave up",
            _ => "ended for an unknown reason",
        });
        if (Kind == ExitKind.GaveUp && Error is not null)
        {
            text.Append(": ").Append(Error.Message);
        }

        if (CoreDumped)
        {
            text.Append(", core dumped");
        }

        text.Append(CultureInfo.InvariantCulture, $" after {Uptime.TotalSeconds:0.0##} s");
        return Kind == ExitKind.Signaled && Error is not null ? $"{text}: {Error.Message}" : text.ToString();
    }
}
