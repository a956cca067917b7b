namespace Viaduct.Linux;

/// <summary>
/// Whoever owns a descriptor that the <see cref="Poller"/> watches. Its threads call handlers in turn, one call at a time for the whole process, each seeing what the one before it
/// wrote: "the poller's thread" is the one that calls.
/// </summary>
internal interface IPollHandler
{
    /// <summary>Called on the poller's thread while the descriptor is ready, and now and then when it no longer is: read without waiting. Must not block, and should not throw.</summary>
    /// <param name="readable">There is something to read, or the end of the stream.</param>
    /// <param name="writable">There is room; only if asked for.</param>
    /// <param name="hangup">Both directions ended, or an error is waiting.</param>
    void OnReady(bool readable, bool writable, bool hangup);
}
