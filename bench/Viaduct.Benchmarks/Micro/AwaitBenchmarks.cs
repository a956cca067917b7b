using BenchmarkDotNet.Attributes;

namespace Viaduct.Benchmarks.Micro;

/// <summary>Messages of 8 B, awaited. Public because BenchmarkDotNet asks for it.</summary>
public class AwaitBenchmarks : ChannelBenchmarks<long>
{
    /// <summary>The message is there when it is asked for.</summary>
    [Benchmark]
    public async Task<long> SendThenReceiveAsync()
    {
        await Producer.SendAsync(1).ConfigureAwait(false);
        return await Consumer.ReceiveAsync().ConfigureAwait(false);
    }

    /// <summary>The message is asked for before it is there: the receive is woken, on a thread of the pool, and this one waits for that.</summary>
    [Benchmark]
    public async Task<long> ReceiveThenSendAsync()
    {
        ValueTask<long> receiving = Consumer.ReceiveAsync();
        await Producer.SendAsync(1).ConfigureAwait(false);
        return await receiving.ConfigureAwait(false);
    }
}
