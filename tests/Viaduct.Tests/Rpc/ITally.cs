using Viaduct.Rpc;

namespace Viaduct.Tests.Rpc;

/// <summary>The service of the vectors of calls in docs/wire-format.md.</summary>
[Service(Name = "Tally")]
public interface ITally
{
    int Add(int a, int b);

    int Divide(int a, int b);

    [OneWay]
    void Note(string text);

    Task WaitAsync(CancellationToken cancellationToken);

    IAsyncEnumerable<int> CountAsync(int first, int count);

    Task<int> SumAsync(IAsyncEnumerable<int> numbers);

    ITicker Open(int first);

    Task<ITicker> OpenLaterAsync(int first);

    int TakeFrom(ITicker ticker);
}
