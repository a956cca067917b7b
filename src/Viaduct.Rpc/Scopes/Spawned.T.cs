namespace Viaduct.Rpc;

/// <summary>A call with a result that a <see cref="CallScope"/> has spawned. Thread-safe.</summary>
/// <typeparam name="T">The result.</typeparam>
public sealed class Spawned<T> : Spawned
{
    private readonly Func<ValueTask<T>> _call;
    private T? _result;

    internal Spawned(Func<ValueTask<T>> call, bool blocks)
        : base(static () => default, blocks)
    {
        _call = call;
    }

    /// <summary>The result, once the scope was synced.</summary>
    /// <exception cref="InvalidOperationException">The call has not ended.</exception>
    /// <exception cref="Exception">What the call threw; of one that its scope cancelled an <see cref="OperationCanceledException"/>.</exception>
    public T Result
    {
        get
        {
            ThrowUnlessSucceeded();
            return _result!;
        }
    }

    /// <inheritdoc/>
    private protected override async ValueTask InvokeAsync() => _result = await _call().ConfigureAwait(false);
}
