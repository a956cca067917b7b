using Viaduct;

namespace CoprocessorServer;

/// <summary>One job in a queue of the device. Guarded by the device's lock until it begins.</summary>
internal sealed class Job(Blob samples, long begunBefore)
{
    /// <summary>What it works on, and where its result goes.</summary>
    public Blob Samples { get; } = samples;

    /// <summary>Jobs that the device had begun when this one came.</summary>
    public long BegunBefore { get; } = begunBefore;

    /// <summary>Ends the call that brought it.</summary>
    public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
