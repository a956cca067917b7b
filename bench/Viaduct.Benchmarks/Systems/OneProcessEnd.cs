using Viaduct.Benchmarks.Messages;
using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>What caller and callee do with the bytes of a call, one after the other on one core.</summary>
internal struct OneProcessEnd : IEnd
{
    private readonly byte[] _there;
    private readonly byte[] _back;
    private readonly Content _content;
    private byte _sequence;

    public OneProcessEnd(int size)
    {
        _there = new byte[size];
        _back = new byte[size];
        _content = new Content(touched: true);
    }

    public void Send()
    {
        _content.Fill(_there, ++_sequence);
        ByteWork.Invert(_there, _back);
    }

    public readonly void Receive() => ByteWork.Check(_back, _sequence);
}
