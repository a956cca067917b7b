using BenchmarkDotNet.Attributes;

namespace Viaduct.Benchmarks.Micro;

/// <summary>A message of 8 B to all subscribers, in one thread, so that nobody waits. Public because BenchmarkDotNet asks for it.</summary>
[Config(typeof(MicroConfig))]
public class PublishBenchmarks : IDisposable
{
    private Node? _near;
    private Node? _far;
    private Publisher<long>? _publisher;
    private Subscriber<long>[] _subscribers = [];

    /// <summary>Whether the messages pass through shared memory, as between processes.</summary>
    [Params(false, true)]
    public bool SharedMemory { get; set; }

    /// <summary>How many subscribers take each message.</summary>
    [Params(1, 8)]
    public int Subscribers { get; set; }

    /// <summary>Opens all sockets.</summary>
    [GlobalSetup]
    public void Open()
    {
        var channel = new ChannelSpec<long>($"micro-publish-{Environment.ProcessId}")
        {
            Topology = Topology.OneToMany,
            Context = SharedMemory ? Context.LocalProcess : Context.Thread,
        };
        _near = Node.Join();
        _far = SharedMemory ? Node.Join() : _near;
        _publisher = _near.OpenPublisher(channel);
        _subscribers = [.. Enumerable.Range(0, Subscribers).Select(_ => _far.OpenSubscriber(channel))];
        _publisher.WaitForPeers(Subscribers, TimeSpan.FromSeconds(5));
    }

    /// <summary>One message there, and taken by each.</summary>
    [Benchmark]
    public long PublishAndReceive()
    {
        _publisher!.Send(1);
        long sum = 0;
        foreach (Subscriber<long> subscriber in _subscribers)
        {
            sum += subscriber.Receive();
        }

        return sum;
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
