using System.Net;

namespace Viaduct.Cli.Demo.Running;

/// <summary>Machines that are only runtime directories of their own, connected over loopback. Where network namespaces are not allowed.</summary>
internal sealed class LoopbackMachines : Placement
{
    private readonly string _why;

    /// <summary>Makes the placement.</summary>
    /// <param name="workplace">Has the runtime directories.</param>
    /// <param name="why">Why there are no network namespaces.</param>
    public LoopbackMachines(Workplace workplace, string why)
        : base(workplace)
    {
        _why = why;
    }

    /// <inheritdoc/>
    public override Distance Distance => Distance.Machine;

    /// <inheritdoc/>
    public override Route Route => Route.Tcp;

    /// <inheritdoc/>
    public override string Description => $"processes over loopback, without network namespaces: {_why}";

    /// <inheritdoc/>
    public override Context Context => Context.DistributedProcess;

    /// <inheritdoc/>
    public override IPEndPoint? ListenOn(int machine) => new(IPAddress.Loopback, 0);
}
