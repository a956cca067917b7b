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
        if (!CallFrame.TryRead(answer, out byte kind, out _))
        {
            return;
        }

        ReadOnlySpan<byte> body = answer.Bytes[CallFrame.HeaderSize..];
        ReadOnlySpan<byte> given = kind switch
        {
            RpcFrames.Stream => body,
            RpcFrames.ResultWithObjects => RpcFrames.ObjectsOf(body),
            _ => default,
        };
        for (; given.Length >= sizeof(uint); given = given[sizeof(uint)..])
        {
            ServiceCall.Release(route, new RemoteTarget(callee, BinaryPrimitives.ReadUInt32LittleEndian(given)));
        }
    }
}
