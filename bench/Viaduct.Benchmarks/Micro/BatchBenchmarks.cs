using System.Runtime.Intrinsics;
using BenchmarkDotNet.Attributes;

namespace Viaduct.Benchmarks.Micro;

/// <summary>Messages of 64 B, many at a time and one by one: the time and the bytes of one message. Public because BenchmarkDotNet asks for it.</summary>
public class BatchBenchmarks : ChannelBenchmarks<Vector512<long>>
{
    private const int Batch = 64;

    private readonly Vector512<long>[] _messages = new Vector512<long>[Batch];

    /// <summary>Sent and received together.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public int SendManyAndReceiveMany()
    {
        Producer.SendMany(_messages);
        return Consumer.ReceiveMany(_messages);
    }

    /// <summary>Sent one by one, and then received one by one.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public void SendAndReceive()
    {
        for (int i = 0; i < Batch; i++)
        {
            Producer.Send(in _messages[i]);
        }

        for (int i = 0; i < Batch; i++)
        {
            _messages[i] = Consumer.Receive();
        }
    }
}
