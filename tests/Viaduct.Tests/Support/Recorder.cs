using System.Collections.Concurrent;

namespace Viaduct.Tests.Support;

/// <summary>Keeps what an event brought; any thread may add.</summary>
public sealed class Recorder<T>
{
    private readonly ConcurrentQueue<T> _items = new();

    public IReadOnlyList<T> Items => [.. _items];

    public void Add(T item) => _items.Enqueue(item);

    public override string ToString() => string.Join("; ", _items);
}
