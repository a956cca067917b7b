using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Viaduct.Blobs;
using Viaduct.Memory;

namespace Viaduct.Calls;

/// <summary>
/// The bytes of one call or answer, pooled. Whoever holds it owns it alone and gives it back once; not thread-safe.
/// </summary>
internal sealed class Frame : IBufferWriter<byte>, IBlobOutput
{
    /// <summary>Room that every frame has at least: for a head, and for what a writer asks for at first.</summary>
    private const int Small = 512;

    /// <summary>A buffer that grew beyond this is not kept.</summary>
    private const int Kept = 64 * 1024;

    /// <summary>So many frames each thread keeps for itself.</summary>
    private const int MostSpares = 16;

    [ThreadStatic]
    private static Stack<Frame>? t_spares;

    private byte[] _buffer = new byte[Small];
    private int _length;
    private bool _isSpare;

    private BlobList? _blobs;

    private Frame()
    {
    }

    private bool CanLayBeside => LaysBeside && !(_blobs?.CountBeside >= LongBytes.Most);

    /// <summary>Bytes written.</summary>
    public int Length => _length;

    /// <summary>The blobs that go with it; null where there are none.</summary>
    public BlobList? Blobs => _blobs is { Count: > 0 } blobs ? blobs : null;

    /// <summary>Bytes written, and those that lie beside them.</summary>
    public long FullLength => _length + (_blobs?.BytesBeside ?? 0);

    /// <summary>Whether long bytes that are written into it lie beside it. Not where what is written has its length before it.</summary>
    public bool LaysBeside { get; set; }

    /// <summary>Whether blobs that are written into it are given away by it, as those of results are.</summary>
    public bool GivesAway { get; set; }

    /// <summary>Why what came with it could not be taken; null where all is there. What the call is about fails with this.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Where blobs go that come with it.</summary>
    public BlobList NewBlobs => _blobs ??= new BlobList();

    /// <summary>The bytes that were written.</summary>
    public Span<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>The bytes that were written, as memory that is valid until the frame is given back.</summary>
    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, _length);

    /// <summary>An empty frame.</summary>
    public static Frame Rent()
    {
        if (TryRentSpare(out Frame? spare))
        {
            return spare;
        }

        return FramePool.TryTake(out Frame? shared) ? shared : new Frame();
    }

    /// <summary>As <see cref="Rent"/>, if this thread has one to spare. Never throws.</summary>
    public static bool TryRentSpare([NotNullWhen(true)] out Frame? frame)
    {
        if (t_spares is not { Count: > 0 } spares)
        {
            frame = null;
            return false;
        }

        frame = spares.Pop();
        frame._isSpare = false;
        return true;
    }

    /// <summary>Gives it back; its bytes are no longer anybody's.</summary>
    public void Return()
    {
        if (_isSpare)
        {
            throw new InvalidOperationException("A frame was given back twice.");
        }

        Clear();
        _isSpare = true;
        t_spares ??= new Stack<Frame>(MostSpares);
        if (t_spares.Count < MostSpares)
        {
            t_spares.Push(this);
        }
        else
        {
            FramePool.Offer(t_spares, this);
        }
    }

    /// <summary>Becomes as it was when it was rented; for who keeps it.</summary>
    public void Clear()
    {
        _length = 0;
        _blobs?.Clear();
        GivesAway = false;
        LaysBeside = false;
        Failure = null;
        if (_buffer.Length > Kept)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = new byte[Small];
        }
    }

    /// <summary>Forgets what was written beyond a length; at 0 the blobs, too.</summary>
    public void Truncate(int length)
    {
        _length = Math.Min(_length, length);
        if (length == 0)
        {
            _blobs?.Clear();
        }
    }

    /// <summary>Goes on without what came with it, which the first bytes told.</summary>
    public void Fail(int prefix, Exception failure)
    {
        _blobs?.Clear();
        Skip(prefix);
        Failure = failure;
    }

    /// <summary>Forgets the first bytes.</summary>
    public void Skip(int count)
    {
        _length -= count;
        _buffer.AsSpan(count, _length).CopyTo(_buffer);
    }

    /// <inheritdoc/>
    public int Add(Blob blob)
    {
        BlobList blobs = NewBlobs;
        blobs.Consumes = GivesAway;
        return blobs.Add(blob);
    }

    /// <inheritdoc/>
    public bool TryAddBytes(scoped ReadOnlySpan<byte> bytes)
    {
        if (!CanLayBeside || !BlobMemory.TryRent(bytes.Length, out Chunk? chunk))
        {
            return false;
        }

        bytes.CopyTo(chunk.GetSpan());
        NewBlobs.SetPlace(NewBlobs.AddHeld(chunk, bytes.Length), _length);
        return true;
    }

    /// <inheritdoc/>
    public bool TryAddPiece(Piece piece, int length)
    {
        if (!CanLayBeside || !piece.TryHold())
        {
            return false;
        }

        NewBlobs.SetPlace(NewBlobs.AddHeld(piece, length), _length);
        return true;
    }

    /// <summary>Copies all that was written, with what lies beside it in its places.</summary>
    public void CopyTo(Span<byte> destination)
    {
        int from = 0;
        for (int i = 0; _blobs is { CountBeside: > 0 } blobs && i < blobs.Count; i++)
        {
            int place = blobs.PlaceOf(i);
            if (place >= 0)
            {
                Bytes[from..place].CopyTo(destination);
                destination = destination[(place - from)..];
                from = place;
                blobs.PieceOf(i).GetSpan()[..blobs.LengthOf(i)].CopyTo(destination);
                destination = destination[blobs.LengthOf(i)..];
            }
        }

        Bytes[from..].CopyTo(destination);
    }

    /// <summary>Begins anew, with so many bytes that are to be written at once; no more than a frame has room for in any case.</summary>
    public Span<byte> Open(int length)
    {
        _length = length;
        return _buffer.AsSpan(0, length);
    }

    /// <summary>Becomes the same as another one.</summary>
    public void Set(Frame other)
    {
        Set(other.Bytes);
        if (other.Blobs is { } blobs)
        {
            NewBlobs.CopyFrom(blobs);
        }
    }

    /// <summary>Takes the place of what was written.</summary>
    public void Set(ReadOnlySpan<byte> bytes)
    {
        if (!TrySet(bytes))
        {
            _length = 0;
            bytes.CopyTo(GetSpan(bytes.Length));
            _length = bytes.Length;
        }
    }

    /// <summary>As <see cref="Set(ReadOnlySpan{byte})"/>, where there is room.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TrySet(ReadOnlySpan<byte> bytes)
    {
        byte[] buffer = _buffer;
        if (bytes.Length > buffer.Length)
        {
            return false;
        }

        FewBytes.Copy(bytes, ref MemoryMarshal.GetArrayDataReference(buffer));
        _length = bytes.Length;
        return true;
    }

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _buffer.Length - _length);
        _length += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(_length);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(_length);
    }

    /// <summary>Marks one that comes out of the pool which threads share.</summary>
    internal void Reuse() => _isSpare = false;

    private void Reserve(int sizeHint)
    {
        int needed = Math.Max(1, sizeHint);
        if (_buffer.Length - _length >= needed)
        {
            return;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(checked(Math.Max(_length + needed, 2 * _buffer.Length)));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        if (_buffer.Length > Small)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = larger;
    }
}
