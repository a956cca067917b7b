using System.Buffers.Binary;
using Viaduct.Calls;
using Viaduct.Links;

namespace Viaduct.Rpc;

/// <summary>The answer to a call for which nobody waits any more: what it hands out is let go of, or the callee would keep it for as long as the two are connected.</summary>
internal static class LateAnswer
{
    /// <summary>Releases what an answer hands out.</summary>
    public static void Release(CallRoute route, SendLink<Frame> callee, Frame answer)
    {
        for (ReadOnlySpan<byte> given = RpcFrames.GivenBy(answer); given.Length >= sizeof(uint); given = given[sizeof(uint)..])
        {
            ServiceCall.Release(route, new RemoteTarget(callee, BinaryPrimitives.ReadUInt32LittleEndian(given)));
        }
    }
}
