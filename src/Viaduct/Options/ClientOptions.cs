namespace Viaduct;

/// <summary>What a client may choose.</summary>
public sealed class ClientOptions : SocketOptions
{
    /// <summary>To which server the next call goes. Defaults to <see cref="Distribution.RoundRobin"/>.</summary>
    public Distribution Distribution { get; init; } = Distribution.RoundRobin;

    internal override void Validate()
    {
        base.Validate();
        OptionCheck.Defined(Distribution, Distribution.LeastLoaded, nameof(Distribution));
    }
}
