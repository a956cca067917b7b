using Viaduct.Rpc;

namespace Viaduct.Tests.Documentation;

[Service]
public interface IAdder
{
    [Idempotent]
    ValueTask<long> SumAsync(long[] numbers);
}
