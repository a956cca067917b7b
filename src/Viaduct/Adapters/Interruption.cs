using Viaduct.Links;

namespace Viaduct;

/// <summary>A call from any thread that ends the operation that is under way or, if there is none, the next one. Thread-safe.</summary>
internal struct Interruption
{
    /// <summary>1 between the call and the operation that ends by it.</summary>
    private int _requested;

    /// <summary>Whether an operation is to end. Pairs with the write in <see cref="Request"/>.</summary>
    public bool IsRequested => Volatile.Read(ref _requested) != 0;

    /// <summary>Ends the operation.</summary>
    /// <param name="waits">Where it waits, if it does.</param>
    public void Request(WaitLoop waits)
    {
        // Waking fences before it looks for waiters, and a waiter looks at this after it has counted itself in and fenced.
        Volatile.Write(ref _requested, 1);
        waits.Wake();
    }

    /// <summary>Whether that was requested since this was asked last. Its exchange, too, pairs with the write in <see cref="Request"/>.</summary>
    public bool TakeRequest() => IsRequested && Interlocked.Exchange(ref _requested, 0) != 0;
}
