using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>Messages that are written in loaned memory and read where they lie.</summary>
internal struct ViaductLoanEnd : IEnd
{
    private readonly Producer<ReadOnlyMemory<byte>> _producer;
    private readonly Consumer<ReadOnlyMemory<byte>> _consumer;
    private readonly int _size;
    private readonly Content _content;
    private byte _sequence;
    private long _sum;

    public ViaductLoanEnd(ViaductEnds<ReadOnlyMemory<byte>> ends, int size, Content content)
    {
        _producer = ends.Producer;
        _consumer = ends.Consumer;
        _size = size;
        _content = content;
    }

    public void Send()
    {
        using Loan loan = _producer.Loan(_size);
        _content.Fill(loan.Span, _sequence++);
        loan.Send();
    }

    public void Receive()
    {
        using Lease<ReadOnlyMemory<byte>> lease = _consumer.ReceiveLease();
        _sum += _content.Look(lease.Value.Span);
    }
}
