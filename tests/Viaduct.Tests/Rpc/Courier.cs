namespace Viaduct.Tests.Rpc;

/// <summary>Goes.</summary>
public sealed class Courier : ICourier, IDisposable
{
    private readonly List<object> _kept = [];
    private Node? _node;

    public int Go(string directory, int doors)
    {
        _node ??= Node.Join(new NodeOptions { Name = "courier", RuntimeDirectory = directory });
        Viaduct.Rpc.ServiceClient<IDoor> client = Viaduct.Rpc.NodeServices.Connect<IDoor>(_node, new Viaduct.Rpc.ConnectOptions { Context = Context.LocalProcess });
        IDoor door = client.Service;
        for (int i = 0; i < doors; i++)
        {
            door = door.Open();
            _kept.Add(door);
        }

        _kept.Add(door.KnockAsync());
        return Environment.ProcessId;
    }

    public void Dispose() => _node?.Dispose();
}
