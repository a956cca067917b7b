namespace Viaduct.Memory;

/// <summary>How far a barrier reaches.</summary>
internal enum BarrierScope
{
    /// <summary>Nobody takes it.</summary>
    None,

    /// <summary>The threads of this process.</summary>
    Process,

    /// <summary>Those of every process that takes the machine's barriers, see <see cref="Viaduct.Linux.Barriers"/>.</summary>
    Machine,
}
