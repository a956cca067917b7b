namespace Viaduct.Tests.Rpc;

/// <summary>Can be disposed in two ways.</summary>
public sealed class Lodger : Guest, IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        await Task.Yield();
        Note("left");
        if (Stays)
        {
            await Task.Delay(Timeout.Infinite);
        }
    }
}
