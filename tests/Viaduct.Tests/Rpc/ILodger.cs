using Viaduct.Rpc;

namespace Viaduct.Tests.Rpc;

/// <summary>A service whose object leaves a note when it is disposed.</summary>
[Service]
public interface ILodger
{
    int ProcessId();

    /// <summary>Where it writes what it does.</summary>
    void KeepNotes(string file);

    /// <summary>Makes the file, and keeps its thread until somebody deletes it.</summary>
    int Hold(string file);

    /// <summary>Its end never comes.</summary>
    void Stay();
}
