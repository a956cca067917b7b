using Viaduct.Links;
using Viaduct.Memory;
using Viaduct.Rings;

namespace Viaduct.Tests.Hostile;

/// <summary>
/// A sender whose ring is a real one until it scribbles over it, and a receiver of ours that reads it through a view with guards. What the
/// receiver writes itself lies between guards too.
/// </summary>
internal sealed unsafe partial class HostileSender : ISegments, IDisposable
{
    private const int RingOffset = 4096;
    private const int ChunkSegment = 2;

    private readonly Nonsense _nonsense;
    private readonly int _size;
    private readonly int _window;
    private readonly SharedBlock _file;
    private readonly GuardedBlock _view;
    private readonly GuardedBlock _pageMemory;
    private readonly Dictionary<int, GuardedBlock> _chunkViews = [];
    private readonly List<SharedBlock> _chunkFiles = [];
    private readonly ChunkPool _chunks;
    private readonly ReceiverPage* _page;

    private RecordRing _ring = null!;

    public HostileSender(int seed, int size, int window, int maximumMessage)
    {
        _nonsense = new Nonsense(seed);
        _size = size;
        _window = window;
        MaximumMessage = maximumMessage;
        _file = SharedBlock.Create(1, RingOffset + size);
        _view = GuardedBlock.ViewOf(_file);
        _pageMemory = GuardedBlock.Private(ReceiverPage.SizeFor(window));
        _page = (ReceiverPage*)_pageMemory.Pointer;
        _chunks = new ChunkPool(CreateChunks, static _ => { }, 4 << 20);
        Begin();
    }

    public int MaximumMessage { get; }

    public Nonsense Nonsense => _nonsense;

    /// <summary>The receiver's cursor; a new one after <see cref="Begin"/>.</summary>
    public RecordReader Reader { get; private set; } = null!;

    /// <summary>Where the receiver looks next, as far as is known.</summary>
    public int ReaderOffset => Reader.Payload == null ? 0 : (int)(Reader.Payload - _view.Pointer - RingOffset + Reader.Length + 15) & (_size - 16);

    /// <summary>The ring as the sender may write it.</summary>
    private byte* Ring => _file.Pointer + RingOffset;

    private SenderPage* Page => (SenderPage*)_file.Pointer;

    /// <inheritdoc/>
    public MemoryBlock? Find(int segmentId) => _chunkViews.GetValueOrDefault(segmentId) ?? (segmentId == 1 ? _view : null);

    /// <summary>A link that begins anew, with a ring as it should be.</summary>
    public RecordReceiveLink<T> Attach<T>(MessageFormat<T> format, bool overtakable, ulong start = 0)
    {
        Begin();
        new Span<byte>(_page, (int)_pageMemory.Length).Clear();
        Reader = new RecordReader(_view, RingOffset, _size, (SenderPage*)_view.Pointer, this, MaximumMessage, overtakable);
        Reader.Seek(start, 0);
        PeerIdentity peer = new(Guid.NewGuid(), "hostile", 1, Guid.NewGuid(), Route.SharedMemory, "a test");
        return new RecordReceiveLink<T>(Reader, format, peer, this, _page, _window, start, rendezvous: false, overtakable ? FullMode.DropOldest : FullMode.Wait);
    }

    /// <summary>What a sound sender does: a message, and room made for it.</summary>
    public void Send(int fixedSize) => Send(_nonsense, fixedSize);

    /// <summary>A message that waits for nobody.</summary>
    public void SendUnasked(ReadOnlySpan<byte> message)
    {
        _ring.Reclaim(_ring.Sent);
        message.CopyTo(new Span<byte>(_ring.TryReserve(message.Length), message.Length));
        _ring.Commit(message.Length, _ring.Sent + 1, 1);
    }

    private void Send(Nonsense nonsense, int fixedSize)
    {
        ulong consumed = Volatile.Read(ref _page->Consumed);
        if (consumed >= _ring.First && consumed <= _ring.Sent)
        {
            _ring.Reclaim(consumed);
        }

        int length = fixedSize >= 0 ? fixedSize : nonsense.Random.Next(nonsense.Chance(10) ? Math.Min(_size, MaximumMessage) : 200);
        byte* message = _ring.TryReserve(length);
        if (message != null)
        {
            new Span<byte>(message, length).Fill((byte)'v');
            _ring.Commit(length, _ring.Sent + 1, 1);
        }
    }

    /// <summary>Writes something somewhere, mostly where the receiver looks next.</summary>
    public void Scribble(int near) => Scribble(_nonsense, near, _nonsense.Fill);

    private void Scribble(Nonsense nonsense, int near, Action<Span<byte>> fill)
    {
        int offset = nonsense.Chance(3) ? nonsense.Random.Next(_size / 16) * 16 : near & (_size - 16);
        byte* at = Ring + offset;
        switch (nonsense.Random.Next(9))
        {
            case 0:
                *(ulong*)at = nonsense.Long();
                break;
            case 1:
            case 2:
                *(ulong*)at = nonsense.RecordWord(_size - offset, _size);
                break;
            case 3:
                *(ulong*)(at + 8) = nonsense.Long();
                break;
            case 4 when _size - offset >= 64:
                *(ChunkReference*)(at + 16) = nonsense.Reference(nonsense.Chance(5) ? 1 : ChunkSegment, 1 << 20, MaximumMessage);
                *(ulong*)at = RecordHeader.Pack(sizeof(ChunkReference), RecordHeader.Chunk, 1);
                break;
            case 5:
                Page->Oldest = nonsense.Chance(3) ? nonsense.Long() : RingMark.Pack(nonsense.Near(Reader.Position, 2 * _window), nonsense.Random.Next(_size));
                break;
            case 6:
                Page->Newest = nonsense.Long();
                break;
            case 7:
                Page->Waiting = (uint)nonsense.Long();
                Page->Signal = (uint)nonsense.Long();
                break;
            default:
                fill(new Span<byte>(at, nonsense.Random.Next(_size - offset)));
                break;
        }
    }

    /// <summary>Whether bytes that the receiver was shown lie in memory of the sender.</summary>
    public bool Owns(byte* first, int length) =>
        _view.Contains(first, length) || _chunkViews.Values.Any(view => view.Contains(first, length));

    public void Dispose()
    {
        _chunks.Dispose();
        ((IDisposable)_view).Dispose();
        ((IDisposable)_pageMemory).Dispose();
        ((IDisposable)_file).Dispose();
        foreach (GuardedBlock view in _chunkViews.Values)
        {
            ((IDisposable)view).Dispose();
        }
    }

    private void Begin()
    {
        _ring?.Close();
        new Span<byte>(_file.Pointer, (int)_file.Length).Clear();
        _ring = new RecordRing(
            new Allocation(_file, 0, SenderPage.Size), new Allocation(_file, RingOffset, _size), _size, _window, new ChunkShare(_chunks, long.MaxValue));
    }

    private SharedBlock CreateChunks(int size)
    {
        SharedBlock file = SharedBlock.Create(ChunkSegment + _chunkFiles.Count, size);
        _chunkFiles.Add(file);
        _chunkViews.Add(file.SegmentId, GuardedBlock.ViewOf(file));
        return file;
    }
}
