namespace Viaduct.Tests.Rpc;

/// <summary>Where a service is ended from.</summary>
public enum SelfEndingKind
{
    /// <summary>One of its methods.</summary>
    Method,

    /// <summary>What the caller's cancellation of a call sets off.</summary>
    Cancellation,

    /// <summary>What the deadline of a call sets off.</summary>
    Deadline,

    /// <summary>What the end of a stream that nobody reads any more sets off.</summary>
    Stream,
}
