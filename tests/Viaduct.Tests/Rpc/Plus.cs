namespace Viaduct.Tests.Rpc;

/// <summary>Does it.</summary>
public sealed class Plus : IPlus
{
    public int Add(int a, int b) => a + b;

    public int AddUnlessCanceled(int a, int b, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return a + b;
    }

    public ValueTask<int> AddAsync(int a, int b, CancellationToken cancellationToken = default) => new(a + b);
}
