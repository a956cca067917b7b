using System.Text;
using Viaduct.Messages;

namespace Viaduct.Rpc;

/// <summary>What every service can be asked beside its contract; see docs/wire-format.md. No contract has such names: they are no identifiers.</summary>
internal static class OwnMethods
{
    /// <summary>No method: what is asked for it is whether somebody answers.</summary>
    public const uint Nothing = 0;

    /// <summary>Its contract: field 1, the text.</summary>
    public static ServiceMethod Describe { get; } = Of("?describe", ServiceMethodOptions.Idempotent);

    /// <summary>What it has to do: field 1, how many frames it was sent; field 2, how many calls are under way.</summary>
    public static ServiceMethod State { get; } = Of("?state", ServiceMethodOptions.Idempotent);

    /// <summary>The method of a name.</summary>
    public static ServiceMethod Of(string name, ServiceMethodOptions options) => new(name, IdOf(name), options);

    /// <summary>Reads the answer to <see cref="Describe"/>.</summary>
    public static string ReadDescription(ref WireReader answer)
    {
        string text = "";
        while (answer.TryReadTag(out uint tag))
        {
            if (tag >> 3 == 1)
            {
                text = answer.ReadString();
            }
            else
            {
                answer.Skip(tag);
            }
        }

        return text;
    }

    /// <summary>Reads the answer to <see cref="State"/>.</summary>
    public static (ulong Frames, uint UnderWay) ReadState(ref WireReader answer)
    {
        (ulong frames, uint underWay) = (0, 0);
        while (answer.TryReadTag(out uint tag))
        {
            switch (tag >> 3)
            {
                case 1:
                    frames = answer.ReadUInt64();
                    break;

                case 2:
                    underWay = answer.ReadUInt32();
                    break;

                default:
                    answer.Skip(tag);
                    break;
            }
        }

        return (frames, underWay);
    }

    /// <summary>The 32-bit FNV-1a hash of the name.</summary>
    private static uint IdOf(string name)
    {
        uint hash = 2166136261;
        foreach (byte one in Encoding.UTF8.GetBytes(name))
        {
            hash = unchecked((hash ^ one) * 16777619);
        }

        return hash;
    }
}
