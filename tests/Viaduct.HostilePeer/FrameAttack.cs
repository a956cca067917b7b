using Viaduct.Discovery;
using Viaduct.Tests.Hostile;
using Viaduct.Wire;
using Viaduct.Wire.Frames;

namespace Viaduct.HostilePeer;

/// <summary>
/// Frames that are well-formed where they have no place: links that are not there, closed twice, begun before they are open, pieces out of
/// order, and now and then half a frame or bytes at random.
/// </summary>
internal sealed class FrameAttack(Victim victim, Nonsense nonsense, int cases, bool overTcp, ConnectionMode mode) : Attack(victim, nonsense, cases)
{
    private readonly FrameBuilder _frames = new();

    /// <inheritdoc/>
    public override void Run()
    {
        Registration receiver = Victim.Find();
        while (!IsOver)
        {
            if (Victim.Meet(mode, overTcp) is not { } connection)
            {
                continue;
            }

            for (int i = 0; i < 300 && !connection.IsClosed; i++)
            {
                _frames.Clear();
                Write(receiver);
                ReadOnlySpan<byte> bytes = _frames.Written;
                if (Nonsense.Chance(200))
                {
                    byte[] damaged = bytes.ToArray();
                    damaged[Nonsense.Random.Next(damaged.Length)] = (byte)Nonsense.Long();
                    bytes = Nonsense.Chance(2) ? damaged : damaged.AsSpan(0, Nonsense.Random.Next(damaged.Length));
                }

                connection.Send(bytes);
                Done++;
                while (connection.TryTake(out _))
                {
                }
            }

            if (connection.WaitForEnd(TimeSpan.FromMilliseconds(20)))
            {
                Ended++;
            }

            connection.Close();
        }
    }

    private int Link() => Nonsense.Chance(12) ? Nonsense.Random.Next() : Nonsense.Random.Next(6);

    private byte Side() => (byte)Nonsense.Random.Next(2);

    private void Write(Registration receiver)
    {
        switch (Nonsense.Random.Next(28))
        {
            case 0:
            case 1:
            case 2:
            case 3:
            case 4:
            case 5:
                OpenLinkFrame open = Victim.LinkTo(receiver, Link());
                (Nonsense.Chance(5) ? Odd(open) : open).Write(_frames);
                break;
            case 6:
            case 7:
            case 8:
                new SenderStateFrame(Link(), Nonsense.Chance(3) ? Nonsense.Long() : 0, Nonsense.Chance(5) ? Nonsense.Random.Next() : 0, Nonsense.Chance(5) ? Nonsense.Random.Next() : 0, Nonsense.Chance(3) ? Nonsense.Long() : 0).Write(_frames);
                break;
            case 9:
            case 10:
            case 11:
            case 12:
                WriteData();
                break;
            case 13:
                new CloseLinkFrame(Link(), Side(), Nonsense.Chance(2) ? "" : "hostile").Write(_frames);
                break;
            case 14:
                new LinkOpenedFrame { LinkId = Link(), Flags = Nonsense.Random.Next(16), FullMode = (FullMode)Nonsense.Random.Next((int)FullMode.Latest + 1), PageSegment = Nonsense.Random.Next(3), NextPosition = Nonsense.Long() }.Write(_frames);
                break;
            case 15:
                new ReceiverStateFrame { LinkId = Link(), Consumed = Nonsense.Long() >> 1, Taken = Nonsense.Long(), Demand = Nonsense.Long(), RevokeAnswer = Nonsense.Long(), Missed = Nonsense.Long() }.Write(_frames, []);
                break;
            case 16:
                new DoorbellFrame(Link(), Side()).Write(_frames);
                break;
            case 17:
                new LinkRefusedFrame(Link(), "mismatch", "Schema", "a", "b", "hostile").Write(_frames);
                break;
            case 18:
                new PingFrame(Nonsense.Long()).Write(_frames);
                break;
            case 19 when Nonsense.Chance(4):
                new LinkClosedFrame(Link(), Side()).Write(_frames);
                break;
            case 20 when Nonsense.Chance(8):
                new SegmentFrame(Nonsense.Random.Next(5), Nonsense.Long()).Write(_frames);
                break;
            case 21 when overTcp:
                new AnnounceFrame { SocketId = Guid.NewGuid(), Channel = Nonsense.Chance(2) ? receiver.Channel : "nowhere", Role = "consumer", Pattern = receiver.Pattern, Topology = receiver.Topology, Capacity = Nonsense.Chance(2) ? receiver.Capacity : Nonsense.Random.Next(), Schema = receiver.Schema }.Write(_frames);
                break;
            case 22 when Nonsense.Chance(20):
                new QueryFrame(0).Write(_frames);
                break;
            case 23 when Nonsense.Chance(20):
                new ByeFrame("").Write(_frames);
                break;
            case 24 when Nonsense.Chance(8):
                new HoldsFrame(Nonsense.Random.Next(3), Nonsense.Chance(2) ? Nonsense.Long() : 0).Write(_frames);
                break;
            case 25:
                new WithdrawFrame(Nonsense.Chance(2) ? receiver.SocketId : Guid.NewGuid()).Write(_frames);
                break;
            case 26 when Nonsense.Chance(8):
                byte[] report = new byte[Nonsense.Random.Next(200)];
                Nonsense.Fill(report);
                new ReportFrame(Nonsense.Random.Next(3), Nonsense.Chance(2)).Write(_frames, report);
                break;
            case 27 when Nonsense.Chance(8):
                new SegmentFrame(Nonsense.Random.Next(5), Nonsense.Long(), Nonsense.Chance(2) ? SegmentKind.Blobs : SegmentKind.RelayedBlobs).Write(_frames);
                break;
            default:
                new SegmentRetiredFrame(Link()).Write(_frames);
                break;
        }
    }

    private OpenLinkFrame Odd(OpenLinkFrame open) => Nonsense.Random.Next(8) switch
    {
        0 => open with { ReceiverSocket = Guid.NewGuid() },
        1 => open with { Capacity = Nonsense.Random.Next() },
        2 => open with { Schema = "something else" },
        3 => open with { Flags = Nonsense.Random.Next(16) },
        4 => open with { Pattern = (Pattern)Nonsense.Random.Next(3) },
        5 => open with { RingSize = Nonsense.Random.Next(), RingOffset = Nonsense.Long(), RingSegment = Nonsense.Random.Next(4) },
        6 => open with { Window = Nonsense.Random.Next() },
        _ => open with { MaxMessageSize = Nonsense.Random.Next() },
    };

    private void WriteData()
    {
        byte[] payload = new byte[Nonsense.Random.Next(200)];
        int total = Nonsense.Random.Next(6) switch
        {
            0 => payload.Length + Nonsense.Random.Next(1 << 20),
            1 => (64 << 20) + Nonsense.Random.Next(-2, 3),
            2 when payload.Length > 0 => int.MaxValue,
            _ => payload.Length,
        };
        new DataFrame
        {
            LinkId = Link(),
            Position = Nonsense.Chance(4) ? Nonsense.Long() : (ulong)Nonsense.Random.Next(3),
            Sequence = Nonsense.Long(),
            Attempt = 1,
            Kind = Nonsense.Chance(8) ? (byte)RingKind() : (byte)1,
            TotalLength = total,
            Offset = Nonsense.Chance(4) ? Nonsense.Random.Next(total - payload.Length + 1) : 0,
        }.Write(_frames, payload);
    }

    private int RingKind() => Nonsense.Random.Next(6);
}
