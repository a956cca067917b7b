using Viaduct.Links;
using Viaduct.Memory;
using Viaduct.Rings;

namespace Viaduct.Tests.Hostile;

/// <summary>A receiver's page that its sender reads through a view with guards, while its owner writes what it likes.</summary>
internal sealed unsafe class HostileReceiver : IDisposable
{
    private readonly Nonsense _nonsense;
    private readonly SharedBlock _file;
    private readonly GuardedBlock _view;
    private readonly int _window;
    private int _doorbells;
    private int _closed;

    public HostileReceiver(Nonsense nonsense, int window)
    {
        _nonsense = nonsense;
        _window = window;
        _file = SharedBlock.Create(1, ReceiverPage.SizeFor(window));
        _view = GuardedBlock.ViewOf(_file);
    }

    /// <summary>How often the sender rang.</summary>
    public int Doorbells => _doorbells;

    /// <summary>Whether the sender let go of the link.</summary>
    public bool IsClosed => Volatile.Read(ref _closed) != 0;

    /// <summary>Why.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>How often the message at the door was asked back (k = 0).</summary>
    public ulong Revoked { get; private set; }

    private ReceiverPage* Page => (ReceiverPage*)_file.Pointer;

    /// <summary>Becomes a receiver of a sender, with a page as it should be.</summary>
    public SendLink Attach<T>(Outbox<T> outbox, object lane, RecordRing ring, FullMode whenFull = FullMode.Wait)
    {
        ReceiverPage* page = (ReceiverPage*)_view.Pointer;
        LinkSetup setup = new()
        {
            Peer = new PeerIdentity(Guid.NewGuid(), "hostile", 1, Guid.NewGuid(), Route.SharedMemory, "a test"),
            Memory = this,
            WhenFull = whenFull,
            Bell = new SharedBell(&page->Waiting, &ring.PagePointer->Signal, () => _doorbells++),
            Waiting = ring.Waiting,
            Watched = &page->Signal,
            Closed = (_, reason) =>
            {
                Reason = reason;
                Volatile.Write(ref _closed, 1);
            },
            Revoke = position => Revoked = position + 1,
        };
        return outbox.AttachRecords(lane, setup, page, _ => Sound(ring.Sent))!;
    }

    /// <summary>What a sound receiver does: consumes up to a position.</summary>
    public void Sound(ulong position) => Page->Consumed = Page->Released = Page->Taken = Page->Demand = position;

    /// <summary>Writes something over the page.</summary>
    public void Scribble(ulong sent)
    {
        ReceiverPage* page = Page;
        ulong value = _nonsense.Chance(2) ? _nonsense.Near(sent, 3) : _nonsense.Chance(2) ? _nonsense.Near(sent, _window * 2) : _nonsense.Long();
        switch (_nonsense.Random.Next(12))
        {
            case 0:
                page->Consumed = value;
                break;
            case 1:
            case 2:
                page->Released = value;
                break;
            case 3:
                page->Consumed = page->Released = value;
                break;
            case 4:
                page->Taken = value;
                break;
            case 5:
                page->Demand = value;
                break;
            case 6:
                page->RevokeAnswer = _nonsense.Chance(2) ? (Revoked << 1) | (value & 1) : value;
                break;
            case 7:
                page->Missed = value;
                break;
            case 8:
                page->Waiting = (uint)_nonsense.Long();
                page->Signal = (uint)_nonsense.Long();
                break;
            case 9:
            case 10:
                ((byte*)page)[ReceiverPage.Size + _nonsense.Random.Next(2 * _window / 8)] = (byte)_nonsense.Long();
                break;
            default:
                _nonsense.Fill(new Span<byte>((byte*)page + ReceiverPage.Size, 2 * _window / 8));
                break;
        }
    }

    public void Dispose()
    {
        ((IDisposable)_view).Dispose();
        ((IDisposable)_file).Dispose();
    }
}
