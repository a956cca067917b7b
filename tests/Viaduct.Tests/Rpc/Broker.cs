namespace Viaduct.Tests.Rpc;

/// <summary>Keeps what it hands out.</summary>
internal sealed class Broker : IBroker
{
    private readonly List<ICounter> _own = [];

    public ICounter Open(int start)
    {
        ICounter counter = new Trial().OpenCounter(start);
        lock (_own)
        {
            _own.Add(counter);
        }

        return counter;
    }

    public bool IsOwn(ICounter one, ICounter other)
    {
        lock (_own)
        {
            return _own.Contains(one) && _own.Contains(other);
        }
    }

    public int Hold(IListener listener) => listener.Heard(0);

    public int Spread(IListener listener, int count)
    {
        for (int i = 0; i < count; i++)
        {
            listener.Told(i);
        }

        return count;
    }
}
