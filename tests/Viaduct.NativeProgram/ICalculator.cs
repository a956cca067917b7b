using Viaduct.Rpc;

namespace Viaduct.NativeProgram;

[Service]
internal interface ICalculator
{
    int Add(int a, int b);

    Task<int> AddAsync(int a, int b);

    IAsyncEnumerable<int> CountAsync(int last);

    int ProcessId();
}
