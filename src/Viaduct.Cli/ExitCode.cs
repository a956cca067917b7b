namespace Viaduct.Cli;

/// <summary>What the command tells its caller. The same numbers stand in docs/cli.md and in <c>viaduct --help</c>.</summary>
internal static class ExitCode
{
    /// <summary>Everything asked for was done.</summary>
    public const int Success = 0;

    /// <summary>It failed, and standard error says why.</summary>
    public const int Failure = 1;

    /// <summary>The command line was not understood.</summary>
    public const int Usage = 2;

    /// <summary>A peer died before it had completed; what it had published was passed on.</summary>
    public const int PeerLost = 3;

    /// <summary>The time given by <c>--linger</c> passed with messages not yet consumed.</summary>
    public const int NotConsumed = 4;

    /// <summary>Whoever read our standard output went away (128 + SIGPIPE, as other Unix tools end).</summary>
    public const int BrokenPipe = 141;
}
