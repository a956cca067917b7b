using System.Text;
using Viaduct.Wire;
using Viaduct.Wire.Frames;

namespace Viaduct.Tests.Wire;

/// <summary>
/// Makes valid frames of every type, with values near the bounds more often than chance would; the same seed gives the same frames.
/// </summary>
internal sealed class FrameGenerator(int seed)
{
    /// <summary>All types of this version.</summary>
    internal static readonly FrameType[] Types = Enum.GetValues<FrameType>();

    private readonly Random _random = new(seed);

    /// <summary>The source of all choices, for whoever mutates what was made.</summary>
    internal Random Random => _random;

    /// <summary>A frame of a random type.</summary>
    internal DecodedFrame Next() => Next(Types[_random.Next(Types.Length)]);

    /// <summary>A frame of the type.</summary>
    internal DecodedFrame Next(FrameType type) => type switch
    {
        FrameType.Hello or FrameType.Welcome => new(type, Hello(), []),
        FrameType.Refused => new(type, new RefusedFrame(Text(), Text()), []),
        FrameType.Announce => new(type, Announce(), []),
        FrameType.Withdraw => new(type, new WithdrawFrame(Identity()), []),
        FrameType.OpenLink => new(type, OpenLink(), []),
        FrameType.LinkOpened => new(type, LinkOpened(), []),
        FrameType.LinkRefused => new(type, new LinkRefusedFrame(Int(), Text(), Text(), Text(), Text(), Text()), []),
        FrameType.CloseLink => new(type, new CloseLinkFrame(Int(), Side(), Text()), []),
        FrameType.Segment => new(type, new SegmentFrame(Int(), Long(), (SegmentKind)Side()), []),
        FrameType.Doorbell => new(type, new DoorbellFrame(Int(), Side()), []),
        FrameType.Data => Data(),
        FrameType.ReceiverState => ReceiverState(),
        FrameType.SenderState => new(type, new SenderStateFrame(Int(), Long(), Int(), Int(), Long()), []),
        FrameType.Ping => new(type, new PingFrame(Long()), []),
        FrameType.Pong => new(type, new PongFrame(Long()), []),
        FrameType.Query => new(type, new QueryFrame(Byte()), []),
        FrameType.Report => new(type, new ReportFrame(Int(), _random.Next(2) == 1), Bytes(_random.Next(300))),
        FrameType.Bye => new(type, new ByeFrame(Text()), []),
        FrameType.SegmentRetired => new(type, new SegmentRetiredFrame(Int()), []),
        FrameType.Holds => new(type, new HoldsFrame(Int(), Long()), []),
        FrameType.LinkClosed => new(type, new LinkClosedFrame(Int(), Side()), []),
        _ => throw new InvalidOperationException($"No test makes {type}."),
    };

    /// <summary>An integer of any length, the bounds of each length among them.</summary>
    internal ulong Long()
    {
        ulong power = 1UL << _random.Next(64);
        return _random.Next(6) switch
        {
            0 => 0,
            1 => ulong.MaxValue,
            2 => power,
            3 => power - 1,
            _ => (ulong)_random.NextInt64() >> _random.Next(64),
        };
    }

    private HelloFrame Hello() => new()
    {
        Version = HelloFrame.CurrentVersion,
        LayoutVersion = Int(),
        NodeId = Identity(),
        NodeName = Text(),
        ProcessId = Int(),
        Domain = Text(),
        Purpose = (ConnectionPurpose)_random.Next(2),
        Mode = (ConnectionMode)_random.Next(2),
        Security = ConnectionSecurity.Plain,
        SessionId = Identity(),
        ListenPort = _random.Next(65536),
        HeartbeatMilliseconds = Int(),
        LifeSlot = Int(),
    };

    private AnnounceFrame Announce() => new()
    {
        SocketId = Identity(),
        Channel = Text(),
        Role = Text(),
        Pattern = (Pattern)_random.Next(3),
        Topology = (Topology)_random.Next(4),
        Capacity = Int(),
        Schema = Text(),
    };

    private OpenLinkFrame OpenLink() => new()
    {
        LinkId = Int(),
        Flags = Int(),
        Channel = Text(),
        SenderSocket = Identity(),
        ReceiverSocket = Identity(),
        Pattern = (Pattern)_random.Next(3),
        Topology = (Topology)_random.Next(4),
        Capacity = Int(),
        History = Int(),
        ByteCapacity = Long(),
        Delivery = (Delivery)_random.Next(2),
        MaxMessageSize = Int(),
        Schema = Text(),
        SchemaHash = Long(),
        RingSegment = Int(),
        RingOffset = Long(),
        RingSize = Int(),
        Window = Int(),
        SenderPageSegment = Int(),
        SenderPageOffset = Long(),
    };

    private LinkOpenedFrame LinkOpened() => new()
    {
        LinkId = Int(),
        Flags = Int(),
        FullMode = (FullMode)_random.Next(4),
        History = Int(),
        PageSegment = Int(),
        PageOffset = Long(),
        NextPosition = Long(),
    };

    private DecodedFrame Data()
    {
        byte[] payload = Bytes(_random.Next(20) == 0 ? WireLimits.MaxFragment - _random.Next(2) : _random.Next(200));
        int total = payload.Length == 0 ? 0 : (int)Math.Max((uint)payload.Length, (uint)Int());
        DataFrame head = new()
        {
            LinkId = Int(),
            Position = Long(),
            Sequence = Long(),
            Attempt = Byte(),
            Kind = Byte(),
            TotalLength = total,
            Offset = (int)_random.NextInt64((long)total - payload.Length + 1),
        };
        return new DecodedFrame(FrameType.Data, head, payload);
    }

    private DecodedFrame ReceiverState()
    {
        ulong consumed = Long() >> 8;
        ulong[] released = new ulong[_random.Next(20) == 0 ? _random.Next(2000) : _random.Next(8)];
        ulong position = consumed;
        for (int i = 0; i < released.Length; i++)
        {
            released[i] = position += 1 + (Long() >> (10 + _random.Next(50)));
        }

        ReceiverStateFrame head = new()
        {
            LinkId = Int(),
            Consumed = consumed,
            Taken = Long(),
            Demand = Long(),
            RevokeAnswer = Long(),
            Missed = Long(),
            Count = released.Length,
        };
        return new DecodedFrame(FrameType.ReceiverState, head, DecodedFrame.ToTail(released));
    }

    private int Int() => (int)(Long() & int.MaxValue);

    private byte Byte() => (byte)_random.Next(256);

    private byte Side() => (byte)_random.Next(2);

    private Guid Identity() => new(Bytes(16));

    private byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }

    private string Text()
    {
        StringBuilder text = new();
        int runes = _random.Next(30) == 0 ? 1024 : _random.Next(12);
        for (int i = 0; i < runes; i++)
        {
            int bound = _random.Next(4) switch { 0 => 0x110000, 1 => 0x800, _ => 0x80 };
            int value = _random.Next(bound);
            text.Append(Rune.IsValid(value) ? new Rune(value).ToString() : "?");
        }

        return text.ToString();
    }
}
