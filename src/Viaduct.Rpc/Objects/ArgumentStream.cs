namespace Viaduct.Rpc;

/// <summary>A stream that a caller passed along; can be read once.</summary>
internal sealed class ArgumentStream<T>(ObjectConnection connection, ItemReader<T> reader) : IAsyncEnumerable<T>
{
    private int _taken;

    /// <inheritdoc/>
    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) => Interlocked.Exchange(ref _taken, 1) == 0
        ? ServiceCall.ReadAllAsync(connection, reader, cancellationToken).GetAsyncEnumerator(cancellationToken)
        : throw new InvalidOperationException("A stream that was passed to a method can be enumerated once.");
}
