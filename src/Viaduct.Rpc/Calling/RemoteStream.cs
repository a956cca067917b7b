using System.Diagnostics.CodeAnalysis;

namespace Viaduct.Rpc;

/// <summary>The stream that a call brings, and its one enumeration; the call is made when that is moved for the first time.</summary>
internal sealed class RemoteStream<T>(ServiceCall call, ItemReader<T> reader, CancellationToken cancellationToken) : IAsyncEnumerable<T>, IAsyncEnumerator<T>
{
    private int _taken;
    private CancellationToken _token;

    /// <summary>What ends the call, from when it is made on; null before.</summary>
    private IAsyncEnumerator<T>? _items;

    /// <summary>1 once the call is made, or never will be.</summary>
    private int _settled;

    /// <summary>Nobody will read it any more: the call is never made, and what it was to hand out goes back.</summary>
    ~RemoteStream()
    {
        if (_settled == 0)
        {
            call.Forget();
        }
    }

    /// <inheritdoc/>
    public T Current => _items is { } items ? items.Current : default!;

    /// <inheritdoc/>
    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken token = default)
    {
        if (Interlocked.Exchange(ref _taken, 1) != 0)
        {
            throw new InvalidOperationException("The stream of a call can be enumerated once; call the method again for another one.");
        }

        _token = token;
        return this;
    }

    /// <inheritdoc/>
    public ValueTask<bool> MoveNextAsync()
    {
        if (_items is null && TrySettle())
        {
            _items = (_token.CanBeCanceled && cancellationToken.CanBeCanceled && _token != cancellationToken
                ? LinkedAsync()
                : call.EnumerateAsync(reader, _token.CanBeCanceled ? _token : cancellationToken)).GetAsyncEnumerator(CancellationToken.None);
        }

        return _items is { } items ? items.MoveNextAsync() : default;
    }

    /// <inheritdoc/>
    [SuppressMessage("Usage", "CA1816", Justification = "Whoever settles it does that, here or before.")]
    public ValueTask DisposeAsync()
    {
        if (_items is { } items)
        {
            return items.DisposeAsync();
        }

        if (TrySettle())
        {
            call.Dispose();
        }

        return default;
    }

    /// <summary>From now on it is known who ends the call.</summary>
    [SuppressMessage("Usage", "CA1816", Justification = "Nothing is left for the finalizer to do.")]
    private bool TrySettle()
    {
        if (Interlocked.Exchange(ref _settled, 1) != 0)
        {
            return false;
        }

        GC.SuppressFinalize(this);
        return true;
    }

    /// <summary>Either token ends it.</summary>
    private async IAsyncEnumerable<T> LinkedAsync()
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(_token, cancellationToken);
        await foreach (T item in call.EnumerateAsync(reader, linked.Token).ConfigureAwait(false))
        {
            yield return item;
        }
    }
}
