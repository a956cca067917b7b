namespace Viaduct.Links;

/// <content>How the sending side ends: completed, failed or closed.</content>
internal abstract partial class Outbox<T>
{
    /// <summary>No more messages from here.</summary>
    public void Complete()
    {
        if (!_completing)
        {
            StopAccepting();
            _ = CompleteQuietlyAsync();
        }
    }

    /// <summary>No more messages from here, since something failed: when all is consumed, each receiver finds this sender lost, with the reason.</summary>
    public void Fail(string reason)
    {
        if (!_completing)
        {
            Failure = reason.Length == 0 ? "it failed" : reason;
            StopAccepting();
            _ = FailQuietlyAsync();
        }
    }

    /// <summary>Waits until all is consumed and the receivers know that there is no more.</summary>
    public async ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        StopAccepting();
        CompleteAttempt<T> attempt = new(this);
        if (await BlockAsync(attempt, cancellationToken).ConfigureAwait(false) == WaitResult.Canceled)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        Disposed.ThrowIf(!attempt.IsFinished, Role, Channel.Name);
    }

    /// <summary>Says that <see cref="Close"/> follows: who hears of an end that comes before it is to know why.</summary>
    public void BeginClose() => _closing = true;

    /// <summary>Completes within a bound, then lets go of every link. Returns how many messages were not consumed.</summary>
    public long Close(TimeSpan linger)
    {
        BeginClose();
        StopAccepting();
        CompleteAttempt<T> attempt = new(this);
        return LetGo(Block(ref attempt, linger, CancellationToken.None) == WaitResult.Done);
    }

    private long LetGo(bool finished)
    {
        SendLink<T>[] links;
        long rest;
        Gate.Enter();
        try
        {
            rest = finished ? 0 : Outstanding;
            EndLanes();
            DropOrphans();
            DropReady();
            _closed = true;
            links = Links;
            foreach (SendLink<T> link in links)
            {
                link.IsGone = true;
            }

            Links = [];
            Credits = 0;
        }
        finally
        {
            Gate.Exit();
        }

        Wake();
        foreach (SendLink<T> link in links)
        {
            link.Bell.Ring();
            link.Closed?.Invoke(link, link.Fault?.Message ?? Failure ?? "");
        }

        CloseLanes();
        CloseShares();
        return rest;
    }

    /// <summary>Throws when nothing can be sent any more.</summary>
    internal void ThrowIfEnded()
    {
        if (!_completing)
        {
            if (Links.Length == 0 && _refusal is { } refusal)
            {
                throw refusal;
            }

            return;
        }

        Disposed.ThrowIf(_closing, Role, Channel.Name);
        throw new ChannelCompletedException(Channel.Name, "its sender has completed");
    }

    /// <summary>Whether all is consumed, and if so tells the receivers the end. Under the gate.</summary>
    internal abstract bool TryFinish();

    /// <summary>Writes the end mark on every lane that has none. Under the gate.</summary>
    protected abstract void EndLanes();

    /// <summary>Forgets messages that wait for another receiver. Under the gate.</summary>
    protected virtual void DropOrphans()
    {
    }

    /// <summary>Lets go of the lanes.</summary>
    protected abstract void CloseLanes();

    private void StopAccepting()
    {
        _completing = true;

        // Who has no credits looks at the rest.
        Gate.Enter();
        Credits = 0;
        Gate.Exit();
        Wake();
    }

    /// <summary>Whether all that lies on the lanes has left this process: behind the end marks, its death can no longer be taken for a loss.</summary>
    internal bool IsSent() => Array.TrueForAll(Links, static link => link.IsSent is null || link.IsSent());

    private async Task FailQuietlyAsync()
    {
        try
        {
            await CompleteAsync(CancellationToken.None).ConfigureAwait(false);
            LetGo(finished: true);
        }
        catch (ObjectDisposedException)
        {
            // The socket was disposed, which lets go with the same reason.
        }
    }

    private async Task CompleteQuietlyAsync()
    {
        try
        {
            await CompleteAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // The socket was disposed, which completes it in its own way.
        }
    }
}
