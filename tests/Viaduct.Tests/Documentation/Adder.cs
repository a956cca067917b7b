namespace Viaduct.Tests.Documentation;

internal sealed class Adder : IAdder
{
    public ValueTask<long> SumAsync(long[] numbers) => new(numbers.Sum());
}
