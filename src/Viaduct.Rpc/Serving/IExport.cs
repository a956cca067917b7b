namespace Viaduct.Rpc;

/// <summary>Something that was handed out to one caller under a number. Thread-safe.</summary>
internal interface IExport
{
    /// <summary>Carries out a call on it.</summary>
    ValueTask DispatchAsync(ServiceRequest request);

    /// <summary>The caller has had enough, or is gone. Called once; must not wait.</summary>
    void Release();
}
