using Viaduct.Tests.Support;

namespace Viaduct.Tests.Conformance;

/// <summary>Operations that wait until something happens which a test does not let happen.</summary>
public sealed class Waits
{
    private readonly List<(string Name, Func<CancellationToken, Task> Start)> _all = [];

    public IReadOnlyList<(string Name, Func<CancellationToken, Task> Start)> All => _all;

    /// <summary>The sockets on which they wait.</summary>
    public required IReadOnlyList<ISocket> Sockets { get; init; }

    /// <summary>A call that blocks its thread.</summary>
    public void Blocking(string name, Action<CancellationToken> call) => _all.Add((name, token => Background.Run(() => call(token))));

    /// <summary>A call that is awaited.</summary>
    public void Awaited(string name, Func<CancellationToken, ValueTask> call) => _all.Add((name, token => call(token).AsTask()));

    public void Awaited<T>(string name, Func<CancellationToken, ValueTask<T>> call) => _all.Add((name, token => call(token).AsTask()));
}
