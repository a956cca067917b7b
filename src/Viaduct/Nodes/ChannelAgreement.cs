using Viaduct.Messages;
using Viaduct.Wire.Frames;

namespace Viaduct.Nodes;

/// <summary>
/// What both ends of a channel must say alike, compared at the handshake. Put into words only where they differ, who the peer is, too: most often they don't, and a process that begins
/// has to load what makes the words.
/// </summary>
internal static class ChannelAgreement
{
    /// <summary>What stands between the schemas of requests and replies.</summary>
    private const string Arrow = " -> ";

    /// <summary>Compares two sockets of one process. Null when they agree.</summary>
    public static ChannelMismatchException? Compare(ChannelSocket ours, ChannelSocket theirs)
    {
        ChannelSpec channel = theirs.Channel;
        Func<string> peer = () => $"a {theirs.Role} of the same process";
        return CompareTerms(ours, theirs.Pattern, channel.Topology, channel.Capacity, channel.History, (ulong)channel.ByteCapacity, channel.Delivery, channel.MaxMessageSize, peer)
            ?? CompareSchemas(ours.Channel, channel.ShortSchema, channel.Contract, ours.Connects, peer)
            ?? CompareContracts(ours, channel.Contract, peer);
    }

    /// <summary>Compares a socket with what a peer says of its own. Null when they agree.</summary>
    public static ChannelMismatchException? Compare(ChannelSocket ours, in OpenLinkFrame theirs, Func<string> peer)
    {
        ulong hash = Fnv1a.Hash(theirs.Schema);
        return CompareTerms(ours, theirs.Pattern, theirs.Topology, theirs.Capacity, theirs.History, theirs.ByteCapacity, theirs.Delivery, theirs.MaxMessageSize, peer)
            ?? CompareSchemas(ours.Channel, theirs.Schema, theirs.Contract, ours.Connects, peer)
            ?? (hash == theirs.SchemaHash ? null : new ChannelMismatchException(ours.Channel.Name, "schema hash", $"{hash:x16}", $"{theirs.SchemaHash:x16}", peer()))
            ?? CompareContracts(ours, theirs.Contract, peer);
    }

    /// <summary>What must be equal.</summary>
    private static ChannelMismatchException? CompareTerms(
        ChannelSocket ours, Pattern pattern, Topology topology, int capacity, int history, ulong byteCapacity, Delivery delivery, int maxMessageSize, Func<string> peer)
    {
        ChannelSpec channel = ours.Channel;
        return ours.Pattern != pattern ? Differ(nameof(Pattern), ours.Pattern, pattern)
            : channel.Topology != topology ? Differ(nameof(ChannelSpec.Topology), channel.Topology, topology)
            : channel.Capacity != capacity ? Differ(nameof(ChannelSpec.Capacity), channel.Capacity, capacity)
            : channel.History != history ? Differ(nameof(ChannelSpec.History), channel.History, history)
            : (ulong)channel.ByteCapacity != byteCapacity ? Differ(nameof(ChannelSpec.ByteCapacity), channel.ByteCapacity, byteCapacity)
            : channel.Delivery != delivery ? Differ(nameof(ChannelSpec.Delivery), channel.Delivery, delivery)
            : channel.MaxMessageSize != maxMessageSize ? Differ(nameof(ChannelSpec.MaxMessageSize), channel.MaxMessageSize, maxMessageSize)
            : null;

        ChannelMismatchException Differ(string field, object here, object there) => new(channel.Name, field, $"{here}", $"{there}", peer());
    }

    /// <summary>Contracts need not be equal: what one end added may be unknown to the other, as long as they can work together.</summary>
    private static ChannelMismatchException? CompareContracts(ChannelSocket ours, string theirs, Func<string> peer)
    {
        ChannelSpec channel = ours.Channel;
        string? found = ours.Connects ? channel.FindBreak(theirs, channel.Contract) : channel.FindBreak(channel.Contract, theirs);
        return found is null ? null : ChannelMismatchException.OfContract(channel.Name, found, peer());
    }

    /// <summary>Two schemas, which may differ where both are of messages and each end can read what the other sends it; or what it can't.</summary>
    private static ChannelMismatchException? CompareSchemas(ChannelSpec channel, string theirs, string theirContract, bool weConnect, Func<string> peer)
    {
        string ours = channel.ShortSchema;
        if (ours == theirs)
        {
            return null;
        }

        // Of a call there are two: the request, which whoever connects sends, and the reply.
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
                return Differ(ours, theirs);
            }

            bool weSend = weConnect == (i == 0);
            if (SchemaText.FindBreakBetween(receiver: weSend ? wholeThere[i] : wholeHere[i], sender: weSend ? wholeHere[i] : wholeThere[i]) is { } found)
            {
                return Differ(wholeHere[i].Split(" {")[0], $"another version of it: {found}");
            }
        }

        return here.Length == there.Length ? null : Differ(ours, theirs);

        ChannelMismatchException Differ(string here, string there) => new(channel.Name, nameof(ChannelSpec.Schema), here, there, peer());
    }

    /// <summary>The schemas themselves, where they are told beside what stands for them.</summary>
    private static string[] Whole(string[] words, string contract) =>
        contract.Length > 0 && contract.Split(Arrow) is var schemas && schemas.Length == words.Length ? schemas : words;
}
