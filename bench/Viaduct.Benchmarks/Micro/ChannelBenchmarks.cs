using BenchmarkDotNet.Attributes;

namespace Viaduct.Benchmarks.Micro;

/// <summary>
/// A channel whose both ends one thread uses: what is measured are instructions, since no cache line travels and nobody waits. Public
/// because BenchmarkDotNet asks for it.
/// </summary>
/// <typeparam name="T">The type of the messages.</typeparam>
[Config(typeof(MicroConfig))]
public abstract class ChannelBenchmarks<T> : IDisposable
{
    private Node? _near;
    private Node? _far;

    /// <summary>Whether the messages pass through shared memory, as between processes.</summary>
    [Params(false, true)]
    public bool SharedMemory { get; set; }

    /// <summary>The sending end.</summary>
    protected Producer<T> Producer { get; private set; } = null!;

    /// <summary>The receiving end.</summary>
    protected Consumer<T> Consumer { get; private set; } = null!;

    /// <summary>Opens both ends, and lets them meet.</summary>
    [GlobalSetup]
    public void Open()
    {
        var channel = new ChannelSpec<T>($"micro-{Environment.ProcessId}")
        {
            Topology = Topology.OneToOne,
            Context = SharedMemory ? Context.LocalProcess : Context.Thread,
        };
        _near = Node.Join();
        _far = SharedMemory ? Node.Join() : _near;
        Consumer = _far.OpenConsumer(channel);
        Producer = _near.OpenProducer(channel);
        Producer.WaitForPeers(1, TimeSpan.FromSeconds(5));
        Consumer.WaitForPeers(1, TimeSpan.FromSeconds(5));
    }

    /// <inheritdoc/>
    [GlobalCleanup]
    public void Dispose()
    {
        _near?.Dispose();
        _far?.Dispose();
        GC.SuppressFinalize(this);
    }
}
