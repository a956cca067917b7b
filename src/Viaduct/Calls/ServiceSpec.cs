using Viaduct.Messages;

namespace Viaduct.Calls;

/// <summary>The channel of a service: frames of calls one way, of answers the other, under a contract that both ends compare.</summary>
/// <param name="name">The service's name, which is the channel's.</param>
/// <param name="contract">The contract: a <see cref="SchemaText"/>; empty at an end that knows none and goes by the other's.</param>
internal sealed class ServiceSpec(string name, string contract) : ChannelSpec(name)
{
    /// <summary>What stands in place of a message type: what a service's messages are, its contract tells.</summary>
    public const string Kind = "service 1";

    /// <inheritdoc/>
    public override string Schema => Kind;

    /// <inheritdoc/>
    internal override string Contract => contract;

    /// <inheritdoc/>
    internal override string? FindBreak(string callee, string caller) => callee == caller || callee.Length == 0 || caller.Length == 0
        ? null
        : new SchemaComparison(new SchemaSide(SchemaText.Parse(callee), "at the service"), new SchemaSide(SchemaText.Parse(caller), "at the caller")).Run();
}
