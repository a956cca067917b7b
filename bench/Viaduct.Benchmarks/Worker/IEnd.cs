namespace Viaduct.Benchmarks.Worker;

/// <summary>
/// One end of a system's conduits there and back, used with blocking or spinning calls. Implemented by structs: the loops are
/// compiled for each, so that no virtual call is measured.
/// </summary>
internal interface IEnd
{
    /// <summary>Writes a message in full and sends it.</summary>
    void Send();

    /// <summary>Waits for the next message and touches one byte of each of its cache lines.</summary>
    void Receive();
}
