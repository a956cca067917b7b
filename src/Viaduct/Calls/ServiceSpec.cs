namespace Viaduct.Calls;

/// <summary>The channel of a service: frames of calls one way, of answers the other, under a contract that both ends compare.</summary>
/// <param name="name">The service's name, which is the channel's.</param>
/// <param name="contract">The contract in words, up to <see cref="MaxContractLength"/> characters.</param>
/// <param name="findBreak">Says what of the second contract (the caller's) the first (the callee's) can't work with; null if nothing.</param>
internal sealed class ServiceSpec(string name, string contract, Func<string, string, string?> findBreak) : ChannelSpec(name)
{
    /// <summary>The longest contract.</summary>
    public const int MaxContractLength = 64 * 1024;

    /// <inheritdoc/>
    public override string Schema => "service 1";

    /// <inheritdoc/>
    internal override string Contract => contract;

    /// <inheritdoc/>
    internal override string? FindBreak(string callee, string caller) => callee == caller ? null : findBreak(callee, caller);
}
