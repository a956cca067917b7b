namespace Viaduct.Cli.Demo.Running;

/// <summary>All processes on this machine, meeting in one runtime directory.</summary>
internal sealed class OneMachine : Placement
{
    /// <summary>Makes the placement.</summary>
    /// <param name="workplace">Has the runtime directory.</param>
    public OneMachine(Workplace workplace)
        : base(workplace)
    {
    }

    /// <inheritdoc/>
    public override Distance Distance => Distance.Process;

    /// <inheritdoc/>
    public override Route Route => Route.SharedMemory;

    /// <inheritdoc/>
    public override string Description => "processes of this machine";

    /// <inheritdoc/>
    public override string DirectoryOf(int machine) => Workplace.DirectoryOf(Distance, 0);
}
