namespace Viaduct.Rpc;

/// <summary>The object that a call will bring, which its caller uses before it is there: calls on it wait here, in their order, instead of at the caller.</summary>
internal sealed class Promise : IExport
{
    private readonly TaskCompletionSource<IExport> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _isReleased;

    /// <summary>Whether the call that is to bring the object was begun, so that the promise will be kept or broken. Guarded by the table's lock.</summary>
    public bool IsBegun { get; set; }

    /// <summary>The object, once it is there.</summary>
    public IExport? Kept => _source.Task.IsCompletedSuccessfully ? _source.Task.Result : null;

    /// <summary>Throws why there will be no object, if it is known already.</summary>
    public void ThrowIfBroken()
    {
        if (_source.Task.IsFaulted)
        {
            _source.Task.GetAwaiter().GetResult();
        }
    }

    /// <summary>The call brought its object.</summary>
    public void Keep(IExport export)
    {
        if (!_source.TrySetResult(export) || Volatile.Read(ref _isReleased) != 0)
        {
            export.Release();
        }
    }

    /// <summary>The call brought none.</summary>
    public void Break(Exception error)
    {
        if (_source.TrySetException(error))
        {
            // Nobody need have asked for it.
            _ = _source.Task.Exception;
        }
    }

    /// <inheritdoc/>
    public ValueTask DispatchAsync(ServiceRequest request) => _source.Task.IsCompletedSuccessfully
        ? _source.Task.Result.DispatchAsync(request)
        : DispatchLaterAsync(request);

    /// <inheritdoc/>
    public void Release()
    {
        if (Interlocked.Exchange(ref _isReleased, 1) == 0)
        {
            if (_source.Task.IsCompletedSuccessfully)
            {
                _source.Task.Result.Release();
            }
            else
            {
                Break(new ObjectDisposedException("the result of a call", "The caller released it before it was there."));
            }
        }
    }

    private async ValueTask DispatchLaterAsync(ServiceRequest request) =>
        await (await _source.Task.ConfigureAwait(false)).DispatchAsync(request).ConfigureAwait(false);
}
