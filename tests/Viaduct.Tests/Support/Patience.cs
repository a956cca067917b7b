namespace Viaduct.Tests.Support;

/// <summary>How long the tests wait. Nothing here measures speed: the limit only turns a hang into a failure.</summary>
public static class Patience
{
    /// <summary>For what must happen.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>For what must not happen: long enough to notice it on an idle machine, short enough to be done often.</summary>
    public static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(40);

    /// <summary>A token that is cancelled when the limit has passed.</summary>
    public static CancellationToken Token => new CancellationTokenSource(Limit).Token;
}
