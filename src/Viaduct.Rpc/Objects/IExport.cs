namespace Viaduct.Rpc;

/// <summary>Something that was handed to another end under a number. Thread-safe.</summary>
internal interface IExport
{
    /// <summary>Carries out a call on it.</summary>
    ValueTask DispatchAsync(ServiceRequest request);

    /// <summary>Who has it has had enough, or is gone. Called once; must not wait.</summary>
    void Release();
}
