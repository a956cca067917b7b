namespace Viaduct.Rpc;

/// <summary>The tokens that retries cost: a bucket that calls which succeed refill. Thread-safe.</summary>
internal sealed class RetryBudget(RetryPolicy policy)
{
    /// <summary>What one retry costs.</summary>
    private const int Price = 10;

    private readonly int _full = policy.Budget * Price;
    private int _tokens = policy.Budget * Price;

    /// <summary>Pays for a retry, if that is left.</summary>
    public bool TryTake()
    {
        int tokens = Volatile.Read(ref _tokens);
        while (tokens >= Price)
        {
            int before = Interlocked.CompareExchange(ref _tokens, tokens - Price, tokens);
            if (before == tokens)
            {
                return true;
            }

            tokens = before;
        }

        return false;
    }

    /// <summary>Takes the price of so many retries back.</summary>
    public void GiveBack(int retries)
    {
        int tokens = Volatile.Read(ref _tokens);
        while (retries > 0)
        {
            int before = Interlocked.CompareExchange(ref _tokens, Math.Min(_full, tokens + (retries * Price)), tokens);
            if (before == tokens)
            {
                return;
            }

            tokens = before;
        }
    }

    /// <summary>A call succeeded. The usual one finds the bucket full and writes nothing.</summary>
    public void Refill()
    {
        if (Volatile.Read(ref _tokens) < _full)
        {
            Interlocked.Increment(ref _tokens);
        }
    }
}
