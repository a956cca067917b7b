using System.Runtime.CompilerServices;

namespace Viaduct.Rpc;

/// <summary>The stream that a call brings; the call is made when somebody enumerates it.</summary>
internal sealed class RemoteStream<T>(ServiceCall call, ItemReader<T> reader, CancellationToken cancellationToken) : IAsyncEnumerable<T>
{
    private int _taken;

    /// <inheritdoc/>
    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken token = default)
    {
        if (Interlocked.Exchange(ref _taken, 1) != 0)
        {
            throw new InvalidOperationException("The stream of a call can be enumerated once; call the method again for another one.");
        }

        return token.CanBeCanceled && cancellationToken.CanBeCanceled && token != cancellationToken
            ? LinkedAsync(token).GetAsyncEnumerator(token)
            : call.EnumerateAsync(reader, token.CanBeCanceled ? token : cancellationToken).GetAsyncEnumerator(CancellationToken.None);
    }

    /// <summary>Either token ends it.</summary>
    private async IAsyncEnumerable<T> LinkedAsync([EnumeratorCancellation] CancellationToken token)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(token, cancellationToken);
        await foreach (T item in call.EnumerateAsync(reader, linked.Token).ConfigureAwait(false))
        {
            yield return item;
        }
    }
}
