using System.Buffers;
using System.Buffers.Binary;
using System.ComponentModel;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Viaduct.Calls;
using Viaduct.Links;
using Viaduct.Messages;

namespace Viaduct.Rpc;

/// <summary>One call that is being carried out: its arguments, and where its result goes. Pooled; valid until its method has ended.</summary>
[EditorBrowsable(EditorBrowsableState.Advanced)]
[SuppressMessage("Design", "CA1001", Justification = "Return disposes what it holds.")]
public sealed partial class ServiceRequest
{
    private const int BodyOffset = CallFrame.HeaderSize + RpcFrames.CallSize;

    [ThreadStatic]
    private static ServiceRequest? t_spare;

    private readonly Lock _lock = new();
    private CallServer _server = null!;
    private Frame _frame = null!;
    private readonly Frame _answer = Frame.Rent();

    /// <summary>Kept for the calls to come, unless it was cancelled.</summary>
    private MethodCancellation? _cancellation;

    /// <summary>Whether the method asked for the token. Under the lock.</summary>
    private bool _isCancellable;

    private bool _canceled;
    private bool _returnsStream;

    /// <summary>Where the result is wanted before the call has ended, if it is.</summary>
    private Promise? _promise;

    /// <summary>The number that the caller chose for it; below <see cref="ExportTable.FirstPromise"/> = none.</summary>
    private uint _promised;

    private ServiceRequest()
    {
    }

    /// <summary>The method.</summary>
    public uint Method { get; private set; }

    /// <summary>The arguments.</summary>
    public WireReader Arguments => new(Body, _frame.Blobs, BodyOffset);

    /// <summary>Where the result is written.</summary>
    public IBufferWriter<byte> Result => _answer;

    /// <summary>Cancelled when the caller wishes so, is gone, or its time is over, and when the service ends. A method that does not ask for it costs nothing.</summary>
    public CancellationToken CancellationToken
    {
        get
        {
            lock (_lock)
            {
                _cancellation ??= new MethodCancellation();
                if (!_isCancellable)
                {
                    _isCancellable = true;
                    _cancellation.Begin(_server, Deadline);
                    if (!IsOneWay)
                    {
                        _server.Register(this);
                    }
                }

                return _cancellation.Token;
            }
        }
    }

    /// <summary>The number of what it is called on; 0 = the service itself.</summary>
    internal uint Target { get; private set; }

    /// <summary>What follows the head.</summary>
    internal ReadOnlySpan<byte> Body => _frame.Bytes[BodyOffset..];

    /// <summary>Why the arguments are not all there; null where they are.</summary>
    internal Exception? Failure => _frame.Failure;

    /// <summary>The answer as far as it was written.</summary>
    internal Frame Answer => _answer;

    /// <summary>Who called.</summary>
    internal PeerIdentity Caller { get; private set; } = null!;

    /// <summary>What the answer names.</summary>
    internal uint Id { get; private set; }

    /// <summary>Whether nobody waits for an answer.</summary>
    internal bool IsOneWay { get; private set; }

    /// <summary>When it must be over, as a timestamp of <see cref="Stopwatch"/>; <see cref="long.MaxValue"/> = never.</summary>
    internal long Deadline { get; private set; }

    /// <summary>How urgent its caller said it is.</summary>
    internal int Priority { get; private set; }

    /// <summary>Answers that the service has no such method.</summary>
    /// <returns>A task that is done.</returns>
    public ValueTask UnknownMethod()
    {
        if (Target != 0 || _server.Own?.Invoke(this) != true)
        {
            AnswerWith(RpcFrames.NoMethod);
        }

        return default;
    }

    /// <summary>Answers with a stream: its items go to the caller as that asks for them.</summary>
    /// <typeparam name="T">The items.</typeparam>
    /// <param name="items">The stream; enumerated once, with a token that ends when the caller has had enough or is gone.</param>
    /// <param name="writer">Writes one item.</param>
    /// <returns>A task that is done.</returns>
    public ValueTask ReturnStream<T>(IAsyncEnumerable<T> items, ItemWriter<T> writer)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(writer);
        uint id = _server.Exports.Add(new OutgoingStream<T>(items, writer, _server), Caller.SocketId);
        _server.CheckHolder(Caller);
        _returnsStream = true;
        AnswerWith(RpcFrames.Stream);
        BinaryPrimitives.WriteUInt32LittleEndian(_answer.GetSpan(sizeof(uint)), id);
        _answer.Advance(sizeof(uint));
        return default;
    }

    /// <summary>A call that was received.</summary>
    internal static ServiceRequest Rent(CallServer server, PeerIdentity caller, Frame frame, bool isOneWay, uint id)
    {
        ServiceRequest request = t_spare ?? new ServiceRequest();
        t_spare = null;
        ReadOnlySpan<byte> head = frame.Bytes[CallFrame.HeaderSize..];
        ulong bounds = BinaryPrimitives.ReadUInt64LittleEndian(head[12..]);
        ulong microseconds = RpcFrames.TimeOf(bounds);
        request.Priority = RpcFrames.PriorityOf(bounds);
        request._server = server;
        request._frame = frame;
        if (frame.Blobs is { } blobs)
        {
            // They are the caller's, and end with the call.
            blobs.Lends = true;
        }

        if (!ReferenceEquals(request.Caller, caller))
        {
            request.Caller = caller;
        }

        request.Id = id;
        request.IsOneWay = isOneWay;
        request.Method = BinaryPrimitives.ReadUInt32LittleEndian(head);
        request.Target = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
        request._promised = PromisedBy(frame);
        request.Deadline = microseconds is 0 or > long.MaxValue / 10_000
            ? long.MaxValue
            : Stopwatch.GetTimestamp() + (long)(microseconds * (double)Stopwatch.Frequency / 1_000_000);
        request._answer.GivesAway = true;
        request._answer.LaysBeside = true;
        CallFrame.Begin(request._answer, RpcFrames.Result);
        return request;
    }

    /// <summary>The number under which the result of a call is wanted before it has ended; below <see cref="ExportTable.FirstPromise"/> = none.</summary>
    internal static uint PromisedBy(Frame frame) =>
        frame.Length >= BodyOffset ? BinaryPrimitives.ReadUInt32LittleEndian(frame.Bytes[(CallFrame.HeaderSize + 8)..]) : 0;

    /// <summary>The object that a call is made on; 0 = the service itself.</summary>
    internal static uint TargetOf(Frame frame) =>
        frame.Length >= BodyOffset ? BinaryPrimitives.ReadUInt32LittleEndian(frame.Bytes[(CallFrame.HeaderSize + 4)..]) : 0;

    /// <summary>Lets calls on the result wait for it, where the caller may make some before it is there.</summary>
    /// <exception cref="InvalidOperationException">The caller holds too many.</exception>
    /// <exception cref="PeerLostException">The caller is gone.</exception>
    internal void BeginPromise()
    {
        if (_promised >= ExportTable.FirstPromise)
        {
            _promise = _server.Exports.PromiseOf(Caller.SocketId, _promised, begins: true);
            _server.CheckHolder(Caller);
            _promise.ThrowIfBroken();
        }
    }

    /// <summary>Replaces the result by an answer without a body.</summary>
    internal void AnswerWith(byte kind)
    {
        _answer.Truncate(0);
        _answer.LaysBeside = false;
        CallFrame.Begin(_answer, kind);
    }

    /// <summary>The answer, now that the method has ended.</summary>
    internal Frame Finish(Exception? thrown)
    {
        ReleaseStreams(thrown is null);
        if (thrown is null)
        {
            _frame.Blobs?.GiveBack(_answer);
        }

        _promise?.Break(thrown ?? new InvalidOperationException(
            CallFrame.TryRead(_answer, out byte kind, out _) && kind == RpcFrames.NoMethod
                ? "The service has no such method as was to bring this object: it serves another version of the contract."
                : "The call that was to bring this object brought none."));
        if (thrown is not null)
        {
            ReleaseGiven();
            _answer.Truncate(0);
            if (thrown is OperationCanceledException && (_canceled || (_isCancellable && _cancellation is { IsCancellationRequested: true })))
            {
                CallFrame.Begin(_answer, _canceled ? RpcFrames.Canceled : RpcFrames.TooLate);
            }
            else if (thrown is NotBegunException)
            {
                CallFrame.Begin(_answer, RpcFrames.NotBegun);
            }
            else
            {
                RemoteError.Write(_answer, thrown, _server.TellsTraces);
            }
        }
        else if (_given is not null)
        {
            RpcFrames.AddObjects(_answer, _given);
        }

        return _answer;
    }

    /// <summary>The caller does not wait any more, or the service ends. Without effect where the call is over, and another one uses this.</summary>
    internal void Cancel(Guid caller, uint id)
    {
        lock (_lock)
        {
            if (_isCancellable && Id == id && Caller.SocketId == caller)
            {
                _canceled = true;
                _cancellation!.Cancel();
            }
        }
    }

    /// <summary>Gives it back to the pool.</summary>
    internal void Return()
    {
        if (_returnsStream)
        {
            // The method goes on in its stream.
            _frame.Blobs?.LeaveLent();
        }

        EndMemories();
        _frame.Return();
        if (_isCancellable)
        {
            _server.Unregister(this);
            lock (_lock)
            {
                // Somebody may still have found it, but not cancel it any more. A stream goes on with its token.
                _isCancellable = false;
                if (_canceled || _returnsStream || !_cancellation!.TryReset())
                {
                    _cancellation = null;
                }
            }
        }

        _frame = null!;
        _server = null!;
        _canceled = false;
        _given = null;
        _returnsStream = false;
        _promise = null;
        if (t_spare is null)
        {
            _answer.Clear();
            t_spare = this;
        }
        else
        {
            _answer.Return();
        }
    }
}
