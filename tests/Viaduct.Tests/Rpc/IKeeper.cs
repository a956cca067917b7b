using Viaduct.Rpc;

namespace Viaduct.Tests.Rpc;

/// <summary>A service whose methods keep their thread until something awaited has come to its end.</summary>
[Service]
public interface IKeeper
{
    int Sum(IAsyncEnumerable<int> numbers);

    int Ask(IEar ear, int number);

    int Pass(IEar ear, int number);

    [OneWay]
    void Note(int number);

    IReadOnlyList<int> Notes();
}
