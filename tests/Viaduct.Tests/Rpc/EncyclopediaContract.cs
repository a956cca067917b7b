using Viaduct.Rpc;

namespace Viaduct.Tests.Rpc;

/// <summary>A contract of so many bytes.</summary>
public sealed class EncyclopediaContract(int length) : ServiceContract<IEncyclopedia>
{
    public override string Name => "Encyclopedia";

    public override string Schema { get; } = new('x', length);

    public override IEncyclopedia CreateProxy(ServiceConnection connection) => new Encyclopedia();

    public override ServiceDispatcher CreateDispatcher(IEncyclopedia service) => new Nothing();

    private sealed class Nothing : ServiceDispatcher
    {
        public override ValueTask DispatchAsync(ServiceRequest request) => request.UnknownMethod();
    }
}
