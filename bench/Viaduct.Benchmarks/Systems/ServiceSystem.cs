using Viaduct.Benchmarks.Plan;
using Viaduct.Benchmarks.Worker;
using Viaduct.Rpc;

namespace Viaduct.Benchmarks.Systems;

/// <summary>A service of Viaduct's, as a program would call it. Side B serves while it is its turn.</summary>
internal sealed class ServiceSystem : IBenchSystem
{
    public const string Key = "service";

    private readonly WorkerArguments _arguments;
    private readonly Node _node;
    private ServiceHost? _host;

    public ServiceSystem(WorkerArguments arguments)
    {
        _arguments = arguments;
        _node = Node.Join(new NodeOptions { RuntimeDirectory = Path.Combine(arguments.Directory, "run") });
    }

    private WaitMode Wait => _arguments.Wait == WaitKind.Spin ? WaitMode.Spin : WaitMode.Adaptive;

    private bool CarriesBytes => _arguments.Size > IntPairBytes;

    private static int IntPairBytes => 2 * sizeof(int);

    public Side Open(Role role) => role == Role.A ? OpenCaller() : new PassiveSide(Serve, Rest);

    public void Dispose() => _node.Dispose();

    private Side OpenCaller()
    {
        ServiceClient<IArithmetic> client = _node.Connect<IArithmetic>(new ConnectOptions { Wait = Wait, Context = Context.LocalProcess });
        IArithmetic service = client.Service;
        if (CarriesBytes)
        {
            return new SyncSide<ServiceBytesEnd>(
                Role.A, new ServiceBytesEnd(service, _arguments.Variant.Bytes, Blob.Allocate(_arguments.Size)), client);
        }

        if (_arguments.Variant.Calls > 0)
        {
            return new ConcurrentSide<ServiceAsyncEnd, int>(Role.A, Enumerable.Range(0, _arguments.Variant.Calls).Select(_ => new ServiceAsyncEnd(service)), client);
        }

        return _arguments.Wait == WaitKind.Async
            ? new AsyncSide<ServiceAsyncEnd, int>(Role.A, new ServiceAsyncEnd(service), client)
            : new ServiceSide(service, client);
    }

    private void Serve() =>
        _host ??= _node.Serve<IArithmetic>(new Arithmetic(), new ServeOptions { Wait = Wait, Context = Context.LocalProcess });

    private void Rest()
    {
        _host?.Dispose();
        _host = null;
    }
}
