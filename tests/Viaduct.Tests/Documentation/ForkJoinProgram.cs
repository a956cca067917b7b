using Viaduct.Rpc;

namespace Viaduct.Tests.Documentation;

internal static class ForkJoinProgram
{
    internal static async Task<long> SumAsync(IAdder adder, long[] numbers)
    {
        if (numbers.Length <= 1000)
        {
            return await adder.SumAsync(numbers);
        }

        await using var scope = CallScope.Begin();
        Spawned<long> left = scope.Spawn(() => SumAsync(adder, numbers[..(numbers.Length / 2)]));
        Spawned<long> right = scope.Spawn(() => SumAsync(adder, numbers[(numbers.Length / 2)..]));
        await scope.SyncAsync(); // both are there, or this throws what went wrong
        return left.Result + right.Result;
    }
}
