using Viaduct.Rpc;

namespace Viaduct.Tests.Rpc;

/// <summary>Streams of who hands something over for them.</summary>
[Service]
public interface IFeed
{
    /// <summary>What the listener makes of so many numbers.</summary>
    IAsyncEnumerable<int> FollowAsync(IListener listener, int count);
}
