using System.Runtime.InteropServices;

namespace Viaduct.Cli;

/// <summary>
/// Turns Ctrl-C, SIGTERM and SIGHUP into a cancelled token, so that every verb can end in order. A second signal ends the process at
/// once. Signals that the process was started to ignore (nohup) stay ignored.
/// </summary>
internal sealed class Interrupt : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private PosixSignalRegistration[] _registrations = [];
    private Action? _hangUp;

    /// <summary>The first signal that came, 0 while none has.</summary>
    private int _signal;

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Whether a signal has come.</summary>
    public bool Happened => Volatile.Read(ref _signal) != 0;

    /// <summary>128 + the number of the signal, as shells count.</summary>
    public int ExitCode => 128 + Volatile.Read(ref _signal);

    /// <summary>Starts to take signals; until then they have their default action.</summary>
    /// <param name="hangUp">What SIGHUP does instead of ending the verb; null = it ends it, too.</param>
    public void Listen(Action? hangUp = null)
    {
        _hangUp = hangUp;
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal),
        ];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        if (context.Signal == PosixSignal.SIGHUP && _hangUp is { } hangUp)
        {
            context.Cancel = true;
            hangUp();
            return;
        }

        int number = context.Signal switch
        {
            PosixSignal.SIGINT => 2,
            PosixSignal.SIGHUP => 1,
            _ => 15,
        };

        if (Interlocked.CompareExchange(ref _signal, number, 0) != 0)
        {
            // The default action of the second signal: the process ends now.
            return;
        }

        context.Cancel = true;
        try
        {
            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The verb ended at the same moment.
        }
    }
}
