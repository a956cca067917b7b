namespace Viaduct.Cli.Demo.Roles;

/// <summary>Something done again and again until it is disposed; then it is not being done any more.</summary>
internal sealed class Repeating : IDisposable
{
    private readonly Timer _timer;

    /// <summary>Starts.</summary>
    /// <param name="interval">How often.</param>
    /// <param name="action">What to do.</param>
    public Repeating(TimeSpan interval, Action action)
    {
        _timer = new Timer(_ => action(), null, interval, interval);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Unlike Dispose of the timer, this waits for a call that is running.
        _timer.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
