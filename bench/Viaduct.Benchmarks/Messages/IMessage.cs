namespace Viaduct.Benchmarks.Messages;

/// <summary>A message that is a struct. Making one writes all of it, reading one looks at each of its cache lines.</summary>
internal interface IMessage<T>
    where T : unmanaged, IMessage<T>
{
    static abstract T Create(long sequence);

    static abstract long Read(in T message);
}
