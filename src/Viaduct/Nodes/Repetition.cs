namespace Viaduct.Nodes;

/// <summary>Work that the <see cref="Dispatcher"/> does again and again until this is disposed; a call that runs already is not waited for.</summary>
internal sealed class Repetition : IDisposable
{
    private readonly long _interval;

    /// <summary>Set once by whoever ends it, read by the dispatcher.</summary>
    private volatile bool _isDisposed;

    /// <summary>Counts from now on.</summary>
    public Repetition(TimeSpan interval, Action work)
    {
        _interval = Math.Max(1, (long)interval.TotalMilliseconds);
        Work = work;
        Renew();
    }

    /// <summary>Whether it is over.</summary>
    public bool IsDisposed => _isDisposed;

    /// <summary>What is done.</summary>
    public Action Work { get; }

    /// <summary>When it is due, by <see cref="Environment.TickCount64"/>; the dispatcher's only.</summary>
    public long Due { get; private set; }

    /// <summary>Begins the next interval; what was missed is not made up for.</summary>
    public void Renew() => Due = Environment.TickCount64 + _interval;

    /// <inheritdoc/>
    public void Dispose() => _isDisposed = true;
}
