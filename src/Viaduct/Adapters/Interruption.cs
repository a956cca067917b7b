using System.Diagnostics.CodeAnalysis;

namespace Viaduct;

/// <summary>
/// What ends an operation before its time: its caller's token, or a call from any thread. For one operation at a time; what it needs is kept for the next one, so
/// that none allocates anything unless one was ended so.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The token's source has neither a timer nor a handle.")]
internal sealed class Interruption
{
    private readonly Lock _lock = new();

    /// <summary>Of the operation that is under way or comes next; never cancelled while none is.</summary>
    private CancellationTokenSource _source = new();

    private CancellationTokenRegistration _caller;

    /// <summary>An operation is under way. Guarded by the lock, as the next.</summary>
    private bool _underWay;

    /// <summary>The operation that is under way, or the next one, is to end.</summary>
    private bool _requested;

    /// <summary>An operation begins; <see cref="End"/> follows whatever comes of it.</summary>
    /// <returns>What ends it.</returns>
    public CancellationToken Begin(CancellationToken caller)
    {
        lock (_lock)
        {
            _underWay = true;
            if (_requested)
            {
                _source.Cancel();
            }
        }

        _caller = caller.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
        return _source.Token;
    }

    /// <summary>The operation is over.</summary>
    public void End()
    {
        // Waits for one that is just being called.
        _caller.Dispose();
        lock (_lock)
        {
            _underWay = false;
            if (!_source.TryReset())
            {
                _source = new CancellationTokenSource();
            }
        }
    }

    /// <summary>Ends the operation that is under way; if there is none, the next one.</summary>
    public void Request()
    {
        lock (_lock)
        {
            _requested = true;
            if (_underWay)
            {
                _source.Cancel();
            }
        }
    }

    /// <summary>Whether that was requested since this was asked last.</summary>
    public bool TakeRequest()
    {
        lock (_lock)
        {
            bool requested = _requested;
            _requested = false;
            return requested;
        }
    }
}
