using BenchmarkDotNet.Attributes;

namespace Viaduct.Benchmarks.Micro;

/// <summary>
/// What choosing among four channels costs, in one thread, so that nobody waits. Public because BenchmarkDotNet asks for it.
/// </summary>
[Config(typeof(MicroConfig))]
public class SelectBenchmarks : IDisposable
{
    private const int Channels = 4;

    private readonly Producer<long>[] _producers = new Producer<long>[Channels];
    private readonly Consumer<long>[] _consumers = new Consumer<long>[Channels];
    private Node? _near;
    private Node? _far;
    private Selector? _selector;
    private int _turn;

    /// <summary>Whether the messages pass through shared memory, as between processes.</summary>
    [Params(false, true)]
    public bool SharedMemory { get; set; }

    /// <summary>Opens all sockets.</summary>
    [GlobalSetup]
    public void Open()
    {
        _near = Node.Join();
        _far = SharedMemory ? Node.Join() : _near;
        for (int i = 0; i < Channels; i++)
        {
            var channel = new ChannelSpec<long>($"micro-select-{Environment.ProcessId}-{i}") { Context = SharedMemory ? Context.LocalProcess : Context.Thread };
            _consumers[i] = _far.OpenConsumer(channel);
            _producers[i] = _near.OpenProducer(channel);
            _producers[i].WaitForPeers(1, TimeSpan.FromSeconds(5));
        }

        _selector = new Selector(_consumers);
    }

    /// <summary>The same without choosing, to be subtracted.</summary>
    [Benchmark(Baseline = true)]
    public long SendAndReceive()
    {
        int index = _turn = (_turn + Channels - 1) % Channels;
        _producers[index].Send(1);
        return _consumers[index].Receive();
    }

    /// <summary>One of four has a message: the one that is looked at last but one.</summary>
    [Benchmark]
    public long SendSelectAndReceive()
    {
        int index = _turn = (_turn + Channels - 1) % Channels;
        _producers[index].Send(1);
        return _consumers[_selector!.Wait()].Receive();
    }

    /// <summary>None of four has a message.</summary>
    [Benchmark]
    public bool SelectNothing() => _selector!.TryWait(out _);

    /// <inheritdoc/>
    [GlobalCleanup]
    public void Dispose()
    {
        _selector?.Dispose();
        _near?.Dispose();
        _far?.Dispose();
        GC.SuppressFinalize(this);
    }
}
