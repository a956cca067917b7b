using System.Buffers.Binary;
using Viaduct.Calls;
using Viaduct.Rpc;
using Viaduct.Tests.Wire;

namespace Viaduct.Tests.Fuzz;

/// <summary>A frame of a service as it lies in a ring: its blobs, its head, and the numbers behind its result. Any bytes are one or a violation, and go on as they came.</summary>
internal sealed class CallFrameTarget : FuzzTarget
{
    /// <summary>Bytes beside a frame that are still written out.</summary>
    private const int Most = 1 << 14;

    private readonly FrameFormat _format = new(most: Most);

    /// <inheritdoc/>
    public override string Name => "call-frame";

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds
    {
        get
        {
            byte[][] blobs = [[], .. new BlobTarget().Seeds.Skip(1).Select(static seed => seed[..^3])];
            foreach (byte kind in (byte[])[RpcFrames.Call, RpcFrames.OneWay, RpcFrames.Cancel, RpcFrames.Result, RpcFrames.ResultWithObjects])
            {
                yield return [.. blobs[kind % blobs.Length], kind, 7, 0, 0, 0, .. new byte[RpcFrames.CallSize]];
            }

            foreach ((_, List<(bool IsCaller, byte[] Bytes)> frames) in WireDocument.Exchanges("### Vectors of calls"))
            {
                foreach ((_, byte[] frame) in frames)
                {
                    yield return frame;
                }
            }

            yield return [RpcFrames.OneWay, 0, 0, 0, 0, 1, 2, 3];
            yield return [RpcFrames.ResultWithObjects, 1, 0, 0, 0, 9, 9, 5, 0, 0, 0, 6, 0, 0, 0, 2, 0, 0, 0];
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Words { get; } =
        [[0], [2], [64], [71], [1, 0, 0, 0], [2, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF], [0xFE, 0xFF, 0xFF, 0x3F], [0xFA, 0xFF, 0xFF, 0xFF, 0x0F], [7, 0, 0, 0], [0, 0x10, 0, 0, 0, 0, 0, 0]];

    /// <inheritdoc/>
    public override string Run(ReadOnlySpan<byte> input)
    {
        var segments = new BlobSegments();
        try
        {
            Frame frame = _format.Read(input, segments);
            try
            {
                return Look(frame) + GoOn(frame);
            }
            finally
            {
                frame.Return();
            }
        }
        catch (ProtocolViolationException error)
        {
            return Outcome(error);
        }
        finally
        {
            Assert.Equal(0, segments.Users);
        }
    }

    private static string Look(Frame frame)
    {
        bool isWhole = CallFrame.TryRead(frame, out byte kind, out uint id);
        Assert.Equal(frame.Length >= CallFrame.HeaderSize, isWhole);
        if (!isWhole)
        {
            Assert.False(CallFrame.IsUnanswered(frame, out _));
            return "no head";
        }

        Assert.Equal(id, BinaryPrimitives.ReadUInt32LittleEndian(frame.Bytes[1..]));
        Assert.Equal(kind == RpcFrames.OneWay, CallFrame.IsUnanswered(frame, out bool isForAnybody));
        Assert.Equal(kind == RpcFrames.OneWay && id == 0, isForAnybody);
        ReadOnlySpan<byte> body = frame.Bytes[CallFrame.HeaderSize..];
        ReadOnlySpan<byte> result = RpcFrames.ResultOf(body);
        ReadOnlySpan<byte> objects = RpcFrames.ObjectsOf(body);
        Assert.True(body.StartsWith(result));
        Assert.Equal(0, objects.Length % sizeof(uint));
        Assert.True(objects.IsEmpty || result.Length + objects.Length + sizeof(uint) == body.Length);
        return $"{(CallFrame.IsAnswer(kind) ? "answer" : isForAnybody ? "for anybody" : "call")}, {Math.Min(3, objects.Length / sizeof(uint))} objects, {(result.Length < body.Length ? "told" : "not told")}";
    }

    /// <summary>Writes it for a reader that can't be referred to memory, and reads that.</summary>
    private string GoOn(Frame frame)
    {
        string blobs = $", {frame.Blobs?.Count ?? 0} blobs, {frame.Blobs?.CountBeside ?? 0} beside, {(frame.Failure is null ? "whole" : "failed")}";
        int length = _format.Measure(frame);
        if (length > Most)
        {
            _format.Forget();
            return blobs + ", large";
        }

        byte[] all = new byte[frame.FullLength];
        frame.CopyTo(all);
        byte[] written = new byte[length];
        bool hasPrefix = written.Length > all.Length;
        _format.Write(frame, written);
        if (!hasPrefix && all.AsSpan().StartsWith((byte[])[0xFA, 0xFF, 0xFF, 0xFF, 0x0F]))
        {
            // No program writes such a frame: it would be taken for what lies before one.
            return blobs + ", odd";
        }

        Frame again = _format.Read(written, null);
        try
        {
            byte[] reread = new byte[again.FullLength];
            again.CopyTo(reread);
            Assert.Equal(Convert.ToHexString(all), Convert.ToHexString(reread));
            return blobs;
        }
        finally
        {
            again.Return();
        }
    }
}
