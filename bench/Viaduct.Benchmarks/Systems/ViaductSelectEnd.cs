using Viaduct.Benchmarks.Messages;
using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>Several channels there and back: sent on in turn, received from whichever a selector says is ready.</summary>
internal struct ViaductSelectEnd : IEnd
{
    private readonly ViaductEnds<Message8>[] _ends;
    private readonly Selector _selector;
    private int _next;
    private long _sequence;
    private long _sum;

    public ViaductSelectEnd(ViaductEnds<Message8>[] ends, Selector selector)
    {
        _ends = ends;
        _selector = selector;
    }

    public void Send()
    {
        _ends[_next].Producer.Send(Message8.Create(_sequence++));
        _next = _next + 1 < _ends.Length ? _next + 1 : 0;
    }

    public void Receive()
    {
        Message8 message;
        while (!_ends[_selector.Wait()].Consumer.TryReceive(out message))
        {
        }

        _sum += Message8.Read(message);
    }
}
