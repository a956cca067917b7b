namespace Viaduct.Tests.Rpc;

/// <summary>Counts from a number on.</summary>
public sealed class Ticker(int first) : ITicker
{
    private int _next = first;

    public int Take() => _next++;

    public void Dispose()
    {
    }
}
