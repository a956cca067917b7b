namespace Viaduct;

/// <summary>To which of several receivers the next message or call goes.</summary>
public enum Distribution
{
    /// <summary>To each in turn; one that has no room is passed over. The default.</summary>
    RoundRobin = 0,

    /// <summary>To the one with the fewest messages that it has not yet consumed; of calls, with the fewest that it has not yet answered.</summary>
    LeastLoaded = 1,
}
