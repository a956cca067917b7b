namespace Viaduct.Tests.Rpc;

/// <summary>Does as the vectors of calls say.</summary>
public sealed class Tally : ITally
{
    private volatile bool _isWaiting;

    /// <summary>Whether somebody waits.</summary>
    public bool IsWaiting => _isWaiting;

    public int Add(int a, int b) => a + b;

    public int Divide(int a, int b) => b != 0 ? a / b : throw new ArgumentException("no divisor");

    public void Note(string text)
    {
    }

    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        _isWaiting = true;
        await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    public async IAsyncEnumerable<int> CountAsync(int first, int count)
    {
        for (int i = 0; i < count; i++)
        {
            yield return first + i;
        }

        await Task.CompletedTask;
    }

    public async Task<int> SumAsync(IAsyncEnumerable<int> numbers)
    {
        int sum = 0;
        await foreach (int number in numbers)
        {
            sum += number;
        }

        return sum;
    }

    public ITicker Open(int first) => new Ticker(first);

    public Task<ITicker> OpenLaterAsync(int first) => Task.FromResult(Open(first));

    public int TakeFrom(ITicker ticker)
    {
        using (ticker)
        {
            return ticker.Take();
        }
    }
}
