using System.Buffers;
using System.Buffers.Binary;
using Viaduct.Blobs;
using Viaduct.Calls;
using Viaduct.Memory;

namespace Viaduct.Rpc;

/// <content>The frame of the call: its head, the arguments that proxies write, and what is known only when it is sent.</content>
public sealed partial class ServiceCall : IBufferWriter<byte>, IBlobOutput
{
    private const int MethodOffset = CallFrame.HeaderSize;
    private const int TargetOffset = MethodOffset + 4;
    private const int PromiseOffset = TargetOffset + 4;
    private const int TimeOffset = PromiseOffset + 4;
    private const int BodyOffset = CallFrame.HeaderSize + RpcFrames.CallSize;

    /// <summary>Kept from call to call, as is the answer where this thread took it.</summary>
    private readonly Frame _frame = Frame.Rent();

    /// <inheritdoc/>
    public void Advance(int count) => _frame.Advance(count);

    /// <inheritdoc/>
    int IBlobOutput.Add(Blob blob) => _frame.Add(blob);

    /// <inheritdoc/>
    bool IBlobOutput.TryAddBytes(scoped ReadOnlySpan<byte> bytes) => _frame.TryAddBytes(bytes);

    /// <inheritdoc/>
    bool IBlobOutput.TryAddPiece(Piece piece, int length) => _frame.TryAddPiece(piece, length);

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0) => _frame.GetMemory(sizeHint);

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => _frame.GetSpan(sizeHint);

    /// <summary>Begins the frame of a method on something that the other end handed out; 0 = the service itself.</summary>
    private void WriteHead(uint target)
    {
        _frame.LaysBeside = true;
        Span<byte> head = CallFrame.Begin(_frame, _kind, RpcFrames.CallSize);
        BinaryPrimitives.WriteUInt32LittleEndian(head, _method.Id);
        BinaryPrimitives.WriteUInt32LittleEndian(head[(TargetOffset - MethodOffset)..], target);
    }

    /// <summary>Writes what is known only when it is sent.</summary>
    private void Seal(byte kind)
    {
        Span<byte> bytes = _frame.Bytes;
        bytes[0] = kind;
        if (_deadline != long.MaxValue || _flow is { Priority: not 0 })
        {
            ulong microseconds = _deadline == long.MaxValue ? 0 : (ulong)Math.Max(1, Remaining().TotalMicroseconds);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[TimeOffset..BodyOffset], RpcFrames.Bounds(microseconds, _flow?.Priority ?? 0));
        }
    }

    /// <summary>As <see cref="Seal"/>, of a call without an answer: nobody else is to carry it out if it is meant for a certain server.</summary>
    private void SealOneWay(CancellationToken cancellationToken)
    {
        Check(_connection.OnSending(Remaining(), cancellationToken), cancellationToken);
        GoHome();
        Seal(RpcFrames.OneWay);
        CallFrame.SetId(_frame, _pending.Target is null ? 0u : 1u);
    }
}
