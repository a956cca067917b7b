namespace Viaduct.Supervision;

/// <summary>The names of Linux's signals on x64 and arm64 (signal(7)).</summary>
internal static class SignalNames
{
    private const int FirstRealTime = 32;
    private const int LastRealTime = 64;

    private static readonly string[] s_names =
    [
        "SIG0", "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1", "SIGSEGV", "SIGUSR2",
        "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGXCPU",
        "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO", "SIGPWR", "SIGSYS",
    ];

    /// <summary>A signal's name; a number that has none is told as it is.</summary>
    internal static string Of(int signal) => signal switch
    {
        > 0 when signal < s_names.Length => s_names[signal],
        >= FirstRealTime and <= LastRealTime => $"SIGRTMIN+{signal - FirstRealTime}",
        _ => $"signal {signal}",
    };
}
