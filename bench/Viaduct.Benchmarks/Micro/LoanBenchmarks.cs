using BenchmarkDotNet.Attributes;

namespace Viaduct.Benchmarks.Micro;

/// <summary>Bytes written where they are read, and bytes that are copied. Public because BenchmarkDotNet asks for it.</summary>
public class LoanBenchmarks : ChannelBenchmarks<ReadOnlyMemory<byte>>
{
    private readonly byte[] _own = new byte[64];

    /// <summary>Bytes of a message: of one that lies in the ring when it is copied, and of one that does not.</summary>
    [Params(64, 65_536)]
    public int Size { get; set; }

    /// <summary>Memory is borrowed and given back.</summary>
    [Benchmark]
    public void LoanAndGiveBack()
    {
        using Loan loan = Producer.Loan(Size);
        loan.Span[0] = 1;
    }

    /// <summary>Memory is borrowed and sent, leased and released; one byte of it is looked at.</summary>
    [Benchmark]
    public int LoanAndLease()
    {
        using (Loan loan = Producer.Loan(Size))
        {
            loan.Span[0] = 1;
            loan.Send();
        }

        using Lease<ReadOnlyMemory<byte>> lease = Consumer.ReceiveLease();
        return lease.Value.Span[0];
    }

    /// <summary>64 B are copied into the ring, leased and released.</summary>
    [Benchmark]
    public int CopyAndLease()
    {
        Producer.Send(_own.AsSpan());
        using Lease<ReadOnlyMemory<byte>> lease = Consumer.ReceiveLease();
        return lease.Value.Span[0];
    }
}
