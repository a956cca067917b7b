using System.Net;

namespace Viaduct.Cli.Demo.Running;

/// <summary>Machines that are network namespaces with runtime directories of their own, connected by virtual cables.</summary>
internal sealed class NamespaceMachines : Placement
{
    private readonly NetworkSandbox _network;

    /// <summary>Makes the placement.</summary>
    /// <param name="workplace">Has the runtime directories.</param>
    /// <param name="network">The namespaces; disposed with this.</param>
    public NamespaceMachines(Workplace workplace, NetworkSandbox network)
        : base(workplace)
    {
        _network = network;
    }

    /// <inheritdoc/>
    public override Distance Distance => Distance.Machine;

    /// <inheritdoc/>
    public override Route Route => Route.Tcp;

    /// <inheritdoc/>
    public override string Description => $"processes in {_network.Machines} network namespaces, {NetworkSandbox.AddressOf(0)} with the reader and the merger";

    /// <inheritdoc/>
    public override bool AllowPlaintext => true;

    /// <inheritdoc/>
    public override IPEndPoint? ListenOn(int machine) => new(NetworkSandbox.AddressOf(machine), 0);

    /// <inheritdoc/>
    public override IReadOnlyList<string> PrefixOf(int machine) => _network.PrefixOf(machine);

    /// <inheritdoc/>
    public override void Dispose()
    {
        _network.Dispose();
        base.Dispose();
    }
}
