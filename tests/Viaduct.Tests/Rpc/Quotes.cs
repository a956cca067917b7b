namespace Viaduct.Tests.Rpc;

/// <summary>Counts who came through.</summary>
public sealed class Quotes : IQuotes
{
    private int _calls;

    public int Calls => Volatile.Read(ref _calls);

    public int Number(Quote quote)
    {
        Interlocked.Increment(ref _calls);
        return quote.Number;
    }
}
