using Viaduct.Messages;
using Viaduct.Wire.Frames;

namespace Viaduct.Nodes;

/// <summary>What both ends of a channel must say alike, compared at the handshake.</summary>
internal static class ChannelAgreement
{
    /// <summary>What stands between the schemas of requests and replies.</summary>
    private const string Arrow = " -> ";

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
            Schemas(a, b.ShortSchema, b.Contract, ours.Connects))
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
            Schemas(a, theirs.Schema, theirs.Contract, ours.Connects),
            ("schema hash", $"{Fnv1a.Hash(theirs.Schema):x16}", $"{theirs.SchemaHash:x16}"))
            ?? CompareContracts(ours, theirs.Contract, peer);
    }

    /// <summary>Contracts need not be equal: what one end added may be unknown to the other, as long as they can work together.</summary>
    private static ChannelMismatchException? CompareContracts(ChannelSocket ours, string theirs, string peer)
    {
        ChannelSpec channel = ours.Channel;
        string? found = ours.Connects ? channel.FindBreak(theirs, channel.Contract) : channel.FindBreak(channel.Contract, theirs);
        return found is null ? null : ChannelMismatchException.OfContract(channel.Name, found, peer);
    }

    /// <summary>Two schemas, which may differ where both are of messages and each end can read what the other sends it; or what it can't.</summary>
    private static (string Field, string Ours, string Theirs) Schemas(ChannelSpec channel, string theirs, string theirContract, bool weConnect)
    {
        // Of a call there are two: the request, which whoever connects sends, and the reply.
        string ours = channel.ShortSchema;
        string[] here = ours.Split(Arrow);
        string[] there = theirs.Split(Arrow);
        string[] wholeHere = Whole(here, channel.Contract);
        string[] wholeThere = Whole(there, theirContract);
        for (int i = 0; i < here.Length && here.Length == there.Length; i++)
        {
            if (here[i] == there[i])
            {
                continue;
            }

            if (!SchemaText.IsOfMessage(wholeHere[i]) || !SchemaText.IsOfMessage(wholeThere[i]))
            {
                return (nameof(ChannelSpec.Schema), ours, theirs);
            }

            bool weSend = weConnect == (i == 0);
            if (SchemaText.FindBreakBetween(receiver: weSend ? wholeThere[i] : wholeHere[i], sender: weSend ? wholeHere[i] : wholeThere[i]) is { } found)
            {
                return (nameof(ChannelSpec.Schema), wholeHere[i].Split(" {")[0], $"another version of it: {found}");
            }
        }

        return (nameof(ChannelSpec.Schema), ours, here.Length == there.Length ? ours : theirs);
    }

    /// <summary>The schemas themselves, where they are told beside what stands for them.</summary>
    private static string[] Whole(string[] words, string contract) =>
        contract.Length > 0 && contract.Split(Arrow) is var schemas && schemas.Length == words.Length ? schemas : words;

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
