namespace Viaduct.Tests.Rpc;

/// <summary>Feeds.</summary>
public sealed class Feed : IFeed
{
    public async IAsyncEnumerable<int> FollowAsync(IListener listener, int count)
    {
        for (int i = 0; i < count; i++)
        {
            await Task.Yield();
            yield return listener.Heard(i);
        }
    }
}
