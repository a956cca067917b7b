using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using Viaduct.Linux;
using Viaduct.Nodes;
using Viaduct.Transports;
using Viaduct.Wire;
using Viaduct.Wire.Frames;

namespace Viaduct.HostilePeer;

/// <summary>A connection with the victim that says whatever it is told to, and keeps what comes.</summary>
internal sealed class HostileConnection : ITransportHandler
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly BlockingCollection<(FrameType Type, byte[] Body)> _frames = [];
    private readonly Transport _transport;
    private readonly LifeWord _life = LifeWords.Claim();

    public HostileConnection(Transport transport)
    {
        _transport = transport;
        transport.Start(this);
    }

    /// <summary>The victim's memory.</summary>
    public SegmentTable Segments { get; } = new();

    /// <summary>A file with the victim's blobs, the one that came last; 0 while none has.</summary>
    public int BlobFile { get; private set; }

    /// <summary>Whether the victim ended the connection.</summary>
    public bool IsClosed => _frames.IsAddingCompleted;

    /// <summary>When it did, as a time stamp.</summary>
    public long ClosedAt { get; private set; }

    /// <summary>Connects by the victim's Unix socket.</summary>
    public static HostileConnection Dial(string path) => new(new PolledTransport(UnixConnector.Connect(path, waits: true), path));

    /// <summary>Completes the handshake as who connected. False where the victim did not want it.</summary>
    public bool Greet(ConnectionMode mode, Guid node)
    {
        Say(FrameType.Hello, mode, node, Guid.Empty);
        return Expect(FrameType.Welcome) is not null && ShareLife(mode);
    }

    /// <summary>Completes the handshake as who accepted.</summary>
    public bool Answer(Guid node)
    {
        if (Expect(FrameType.Hello) is not { } body)
        {
            return false;
        }

        FrameParser parser = new(body, FrameType.Hello);
        Say(FrameType.Welcome, ConnectionMode.SharedMemory, node, HelloFrame.Read(ref parser).SessionId);
        return ShareLife(ConnectionMode.SharedMemory);
    }

    /// <summary>Sends a frame, with a descriptor if there is one.</summary>
    public void Send(Action<FrameBuilder> write, SafeFileHandle? descriptor = null)
    {
        FrameBuilder builder = new();
        write(builder);
        _transport.Send(builder.Written, descriptor);
    }

    /// <summary>Sends bytes.</summary>
    public void Send(ReadOnlySpan<byte> bytes, SafeFileHandle? descriptor = null) => _transport.Send(bytes, descriptor);

    /// <summary>Waits until all that was sent has left this process.</summary>
    public void Flush() => _transport.Drain(s_patience);

    /// <summary>The next frame of one of the types; null when the victim ended the connection or sends none in time.</summary>
    public byte[]? Expect(FrameType type) => Expect([type])?.Body;

    /// <summary>As the other.</summary>
    public (FrameType Type, byte[] Body)? Expect(params ReadOnlySpan<FrameType> types)
    {
        long end = Environment.TickCount64 + (long)s_patience.TotalMilliseconds;
        while (Environment.TickCount64 < end)
        {
            if (!_frames.TryTake(out (FrameType Type, byte[] Body) frame, 100))
            {
                if (IsClosed)
                {
                    return null;
                }

                continue;
            }

            if (types.Contains(frame.Type))
            {
                return frame;
            }
        }

        return null;
    }

    /// <summary>Writes something over the word that the victim watches for this program's death, and wakes who sleeps there.</summary>
    public unsafe void Forge(uint value)
    {
        uint* word = (uint*)(LifeWords.File.Pointer + (LifeWords.Stride * _life.Slot));
        Volatile.Write(ref *word, value);
        Futex.WakeAll(word, shared: true);
    }

    /// <summary>What has come, if anything.</summary>
    public bool TryTake(out (FrameType Type, byte[] Body) frame) => _frames.TryTake(out frame);

    /// <summary>Waits until the victim ends the connection.</summary>
    public bool WaitForEnd(TimeSpan patience) => SpinWait.SpinUntil(() => IsClosed, patience);

    public void Close()
    {
        _transport.Close(null);
        WaitForEnd(s_patience);
        Segments.Close();
        _life.Dispose();
    }

    void ITransportHandler.OnFrame(FrameType type, ReadOnlySpan<byte> body, ref ReceivedDescriptors descriptors)
    {
        if (type == FrameType.Segment)
        {
            FrameParser parser = new(body, type);
            SegmentFrame segment = SegmentFrame.Read(ref parser);
            Segments.Add(segment.SegmentId, descriptors.Take(), segment.Size);
            BlobFile = segment.Kind == SegmentKind.Blobs ? segment.SegmentId : BlobFile;
        }

        _frames.Add((type, body.ToArray()));
    }

    bool ITransportHandler.FillOutput(FrameBuilder output, object? source) => false;

    void ITransportHandler.OnClosed(Exception? error)
    {
        ClosedAt = Stopwatch.GetTimestamp();
        _frames.CompleteAdding();
    }

    private void Say(FrameType type, ConnectionMode mode, Guid node, Guid session)
    {
        HelloFrame hello = new()
        {
            Version = HelloFrame.CurrentVersion,
            LayoutVersion = HelloFrame.CurrentLayoutVersion,
            NodeId = node,
            NodeName = "hostile",
            ProcessId = Environment.ProcessId,
            Domain = "default",
            Purpose = ConnectionPurpose.Peer,
            Mode = mode,
            SessionId = session,
            HeartbeatMilliseconds = 2000,
            LifeSlot = _life.Slot + 1,
        };
        Send(builder => hello.Write(builder, type));
    }

    private bool ShareLife(ConnectionMode mode)
    {
        if (mode == ConnectionMode.SharedMemory)
        {
            Send(new SegmentFrame(0, (ulong)LifeWords.File.Length).Write, LifeWords.File.Descriptor);
        }

        return true;
    }
}
