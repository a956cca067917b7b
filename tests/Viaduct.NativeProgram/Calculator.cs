namespace Viaduct.NativeProgram;

internal sealed class Calculator : ICalculator
{
    public int Add(int a, int b) => a + b;

    public async Task<int> AddAsync(int a, int b)
    {
        await Task.Yield();
        return a + b;
    }

    public async IAsyncEnumerable<int> CountAsync(int last)
    {
        for (int i = 1; i <= last; i++)
        {
            await Task.Yield();
            yield return i;
        }
    }

    public int ProcessId() => Environment.ProcessId;
}
