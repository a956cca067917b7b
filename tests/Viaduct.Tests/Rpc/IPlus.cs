using Viaduct.Rpc;

namespace Viaduct.Tests.Rpc;

/// <summary>As little as a service can do.</summary>
[Service]
public interface IPlus
{
    int Add(int a, int b);

    int AddUnlessCanceled(int a, int b, CancellationToken cancellationToken);

    ValueTask<int> AddAsync(int a, int b, CancellationToken cancellationToken = default);
}
