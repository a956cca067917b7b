namespace Viaduct.Linux;

/// <summary>Whoever owns a descriptor that the <see cref="Poller"/> watches.</summary>
internal interface IPollHandler
{
    /// <summary>Called on the poller's thread while the descriptor is ready; must not block, and should not throw.</summary>
    /// <param name="readable">There is something to read, or the end of the stream.</param>
    /// <param name="writable">There is room; only if asked for.</param>
    /// <param name="hangup">Both directions ended, or an error is waiting.</param>
    void OnReady(bool readable, bool writable, bool hangup);
}
