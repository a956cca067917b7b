namespace Viaduct.Cli.Demo;

/// <summary>How far reader, workers and merger are from each other.</summary>
internal enum Distance
{
    /// <summary>Threads of one process.</summary>
    Thread,

    /// <summary>Processes of one machine.</summary>
    Process,

    /// <summary>Processes that can reach each other by TCP only.</summary>
    Machine,
}
