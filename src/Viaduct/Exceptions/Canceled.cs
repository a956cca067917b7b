using System.Runtime.CompilerServices;

namespace Viaduct;

/// <summary>Refuses what was cancelled before it began.</summary>
internal static class Canceled
{
    /// <summary>
    /// Throws if a token was cancelled. The token's own method takes it by reference, and so puts it into memory where it could stay in a register: one of the stores that a small
    /// message waits for (decision 0030).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ThrowIf(CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
        {
            Check(cancellationToken);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Check(CancellationToken cancellationToken) => cancellationToken.ThrowIfCancellationRequested();
}
