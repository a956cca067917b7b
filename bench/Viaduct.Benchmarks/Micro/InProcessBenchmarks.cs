using BenchmarkDotNet.Attributes;
using Viaduct.Benchmarks.Messages;

namespace Viaduct.Benchmarks.Micro;

/// <summary>
/// What a message costs in instructions: sent and received by one thread, so that no cache line travels and nobody waits. Public
/// because BenchmarkDotNet asks for it.
/// </summary>
[Config(typeof(MicroConfig))]
public class InProcessBenchmarks : IDisposable
{
    private Node? _node;
    private Producer<Message64>? _producer;
    private Consumer<Message64>? _consumer;

    /// <summary>Opens both sockets in one node.</summary>
    [GlobalSetup]
    public void Open()
    {
        var channel = new ChannelSpec<Message64>("micro") { Topology = Topology.OneToOne, Context = Context.Thread };
        _node = Node.Join();
        _producer = _node.OpenProducer(channel);
        _consumer = _node.OpenConsumer(channel);
        _producer.WaitForPeers(1, TimeSpan.FromSeconds(5));
    }

    /// <summary>One message of 64 B there, copied out.</summary>
    [Benchmark]
    public long SendAndReceive()
    {
        _producer!.Send(Message64.Create(1));
        return Message64.Read(_consumer!.Receive());
    }

    /// <summary>A receive that finds nothing.</summary>
    [Benchmark]
    public bool TryReceiveNothing() => _consumer!.TryReceive(out _);

    /// <inheritdoc/>
    [GlobalCleanup]
    public void Dispose()
    {
        _producer?.Dispose();
        _consumer?.Dispose();
        _node?.Dispose();
        GC.SuppressFinalize(this);
    }
}
