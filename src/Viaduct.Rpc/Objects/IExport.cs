namespace Viaduct.Rpc;

/// <summary>Something that was handed to another end under a number. Thread-safe.</summary>
internal interface IExport
{
    /// <summary>Whether it is the rest of a call, which has not come to its end: who drains lets it go on.</summary>
    bool IsUnderWay => false;

    /// <summary>Carries out a call on it.</summary>
    ValueTask DispatchAsync(ServiceRequest request);

    /// <summary>Who has it has had enough, or is gone. Called once; must not wait.</summary>
    void Release();
}
