using Viaduct.Wire.Frames;

namespace Viaduct.Nodes;

/// <summary>What both ends of a channel must say alike, compared at the handshake.</summary>
internal static class ChannelAgreement
{
    /// <summary>Compares two sockets of one process. Null when they agree.</summary>
    public static ChannelMismatchException? Compare(ChannelSocket ours, ChannelSocket theirs)
    {
        ChannelSpec a = ours.Channel;
        ChannelSpec b = theirs.Channel;
        return Compare(
            a.Name,
            $"a {theirs.Role} of the same process",
            (nameof(Pattern), ours.Pattern.ToString(), theirs.Pattern.ToString()),
            (nameof(ChannelSpec.Topology), a.Topology.ToString(), b.Topology.ToString()),
            (nameof(ChannelSpec.Capacity), $"{a.Capacity}", $"{b.Capacity}"),
            (nameof(ChannelSpec.History), $"{a.History}", $"{b.History}"),
            (nameof(ChannelSpec.ByteCapacity), $"{a.ByteCapacity}", $"{b.ByteCapacity}"),
            (nameof(ChannelSpec.Delivery), a.Delivery.ToString(), b.Delivery.ToString()),
            (nameof(ChannelSpec.MaxMessageSize), $"{a.MaxMessageSize}", $"{b.MaxMessageSize}"),
            (nameof(ChannelSpec.Schema), a.Schema, b.Schema))
            ?? CompareContracts(ours, b.Contract, $"a {theirs.Role} of the same process");
    }

    /// <summary>Compares a socket with what a peer says of its own. Null when they agree.</summary>
    public static ChannelMismatchException? Compare(ChannelSocket ours, in OpenLinkFrame theirs, string peer)
    {
        ChannelSpec a = ours.Channel;
        return Compare(
            a.Name,
            peer,
            (nameof(Pattern), ours.Pattern.ToString(), theirs.Pattern.ToString()),
            (nameof(ChannelSpec.Topology), a.Topology.ToString(), theirs.Topology.ToString()),
            (nameof(ChannelSpec.Capacity), $"{a.Capacity}", $"{theirs.Capacity}"),
            (nameof(ChannelSpec.History), $"{a.History}", $"{theirs.History}"),
            (nameof(ChannelSpec.ByteCapacity), $"{a.ByteCapacity}", $"{theirs.ByteCapacity}"),
            (nameof(ChannelSpec.Delivery), a.Delivery.ToString(), theirs.Delivery.ToString()),
            (nameof(ChannelSpec.MaxMessageSize), $"{a.MaxMessageSize}", $"{theirs.MaxMessageSize}"),
            (nameof(ChannelSpec.Schema), a.Schema, theirs.Schema),
            ("schema hash", $"{a.SchemaHash:x16}", $"{theirs.SchemaHash:x16}"))
            ?? CompareContracts(ours, theirs.Contract, peer);
    }

    /// <summary>Contracts need not be equal: what one end added may be unknown to the other, as long as they can work together.</summary>
    private static ChannelMismatchException? CompareContracts(ChannelSocket ours, string theirs, string peer)
    {
        ChannelSpec channel = ours.Channel;
        string? found = ours.Connects ? channel.FindBreak(theirs, channel.Contract) : channel.FindBreak(channel.Contract, theirs);
        return found is null ? null : ChannelMismatchException.OfContract(channel.Name, found, peer);
    }

    private static ChannelMismatchException? Compare(string channel, string peer, params ReadOnlySpan<(string Field, string Ours, string Theirs)> fields)
    {
        foreach ((string field, string ours, string theirs) in fields)
        {
            if (ours != theirs)
            {
                return new ChannelMismatchException(channel, field, ours, theirs, peer);
            }
        }

        return null;
    }
}
