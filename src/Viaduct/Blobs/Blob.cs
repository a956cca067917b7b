using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Viaduct.Blobs;
using Viaduct.Memory;

namespace Viaduct;

/// <summary>
/// Bytes in memory that processes of a machine share: a message or call that carries a blob carries a reference, whatever its size. Over TCP it is copied.
/// </summary>
/// <remarks>
/// <para>
/// What was sent stays as it was: each end has a blob of its own over the same memory, and who writes while others may read gets a version of
/// his own, by <see cref="Span"/> with a copy of the bytes, by <see cref="SpanForOverwrite"/> without. A blob that a called method has written refers to
/// the new version at the caller afterwards, also without a copy.
/// </para>
/// <para>
/// Whoever allocates or receives a blob disposes it; an argument of a call belongs to the caller and ends with the call. What a process held comes back when it
/// dies. May be read by many threads at a time, and be disposed by any; written, sent and cloned by one at a time.
/// </para>
/// </remarks>
[DebuggerDisplay("{Length} bytes")]
public sealed class Blob : IDisposable
{
    /// <summary>The largest, in bytes: 1 GiB.</summary>
    public const int MaxLength = 1 << 30;

    private const int Owned = 0;
    private const int Borrowed = 1;
    private const int Disposed = 2;
    private const int CallEnded = 3;

    private Piece _piece;
    private int _length;
    private int _state;

    /// <summary>A blob that is one user of its memory already.</summary>
    internal Blob(Piece piece, int length, bool isBorrowed = false)
    {
        _piece = piece;
        _length = length;
        _state = isBorrowed ? Borrowed : Owned;
    }

    /// <summary>Gives the memory of a forgotten blob back.</summary>
    ~Blob()
    {
        if (_state is Owned or Borrowed)
        {
            _piece.Release();
        }
    }

    /// <summary>Bytes.</summary>
    /// <exception cref="ObjectDisposedException">The blob was disposed, or the call that it came with has ended.</exception>
    public int Length
    {
        get
        {
            Check();
            return _length;
        }
    }

    /// <summary>The bytes, to read and to write. If others may be reading them, they are copied first and this blob has the copy from now on.</summary>
    /// <remarks>A span that was taken before the blob was sent must not be written any more.</remarks>
    /// <exception cref="ObjectDisposedException">The blob was disposed, or the call that it came with has ended.</exception>
    /// <exception cref="PeerGoneException">The process that wrote it can't be reached any more, and nobody keeps the bytes.</exception>
    /// <exception cref="InsufficientMemoryException">There is no memory for a copy.</exception>
    public Span<byte> Span
    {
        get
        {
            Own(copies: true);
            return _piece.GetSpan()[.._length];
        }
    }

    /// <summary>The bytes, to read; never copies.</summary>
    /// <exception cref="ObjectDisposedException">The blob was disposed, or the call that it came with has ended.</exception>
    /// <exception cref="PeerGoneException">The process that wrote it can't be reached any more, and nobody keeps the bytes.</exception>
    public ReadOnlySpan<byte> ReadOnlySpan
    {
        get
        {
            Check();
            return _piece.GetSpan()[.._length];
        }
    }

    /// <summary>The bytes as memory, to read; never copies. Valid until the blob has ended, or has a version of its own: what is read later may be other bytes, but never faults.</summary>
    /// <exception cref="ObjectDisposedException">The blob was disposed, or the call that it came with has ended.</exception>
    /// <exception cref="PeerGoneException">The process that wrote it can't be reached any more, and nobody keeps the bytes.</exception>
    public ReadOnlyMemory<byte> Memory
    {
        get
        {
            Check();
            return _length == 0 ? default : _piece.First(_length);
        }
    }

    /// <summary>Whether <see cref="Span"/> or <see cref="SpanForOverwrite"/> gave it a version of its own since it came.</summary>
    internal bool IsNewVersion { get; private set; }

    /// <summary>Whether it ends with a call.</summary>
    internal bool IsLent => _state == Borrowed;

    /// <summary>The memory, which the blob is a user of.</summary>
    internal Piece Piece
    {
        get
        {
            Check();
            return _piece;
        }
    }

    /// <summary>Allocates a blob of zeros.</summary>
    /// <param name="length">Bytes, from 0 to <see cref="MaxLength"/>.</param>
    /// <returns>The blob.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is out of range.</exception>
    /// <exception cref="InsufficientMemoryException">The blobs of this process take as much memory as they may: 4 GiB. The message says who holds them.</exception>
    /// <exception cref="IOException">The system has no more memory.</exception>
    public static Blob Allocate(int length)
    {
        Blob blob = AllocateUninitialized(length);
        blob._piece.GetSpan()[..length].Clear();
        return blob;
    }

    /// <summary>Allocates a blob whose bytes are whatever was there before: to be written whole. As fast as it gets.</summary>
    /// <param name="length">Bytes, from 0 to <see cref="MaxLength"/>.</param>
    /// <returns>The blob.</returns>
    /// <inheritdoc cref="Allocate" path="/exception"/>
    public static Blob AllocateUninitialized(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, MaxLength);
        return new Blob(BlobMemory.Rent(length), length);
    }

    /// <summary>The memory, to write it whole: its bytes are whatever was there before. If others may be reading it, this blob gets other memory first.</summary>
    /// <returns>The memory, of <see cref="Length"/> bytes.</returns>
    /// <exception cref="ObjectDisposedException">The blob was disposed, or the call that it came with has ended.</exception>
    /// <exception cref="InsufficientMemoryException">There is no other memory.</exception>
    public Span<byte> SpanForOverwrite()
    {
        Own(copies: false);
        return _piece.GetSpan()[.._length];
    }

    /// <summary>A blob of the same bytes, to keep or to give away. No byte is copied: the two share their memory until one of them is written.</summary>
    /// <returns>The other blob, which is the caller's.</returns>
    /// <exception cref="ObjectDisposedException">The blob was disposed, or the call that it came with has ended.</exception>
    public Blob Clone()
    {
        Check();
        ObjectDisposedException.ThrowIf(!_piece.TryHold(), this);
        return new Blob(_piece, _length);
    }

    /// <summary>Gives the memory back. It is used again when nobody else holds it.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed before.</exception>
    /// <exception cref="InvalidOperationException">It is an argument of a call, and the caller's: it ends with the call.</exception>
    public void Dispose()
    {
        switch (Interlocked.CompareExchange(ref _state, Disposed, Owned))
        {
            case Owned:
                GC.SuppressFinalize(this);
                _piece.Release();
                break;
            case Borrowed:
                throw new InvalidOperationException(
                    "This blob is an argument of a call: it belongs to the caller, and ends with the call. Dispose what you allocated, cloned or received.");
            default:
                throw Ended();
        }
    }

    /// <summary>The call that it came with is over.</summary>
    internal void EndLoan()
    {
        if (Interlocked.CompareExchange(ref _state, CallEnded, Borrowed) == Borrowed)
        {
            Finish();
        }
    }

    /// <summary>The call that it came with goes on in a stream: it is the method's own.</summary>
    internal void Keep() => Interlocked.CompareExchange(ref _state, Owned, Borrowed);

    /// <summary>Refers to what a call has written from now on. False when it was disposed meanwhile. The other one is over.</summary>
    internal bool TryBecome(Blob newer)
    {
        if (_state is Disposed or CallEnded || !newer._piece.TryHold())
        {
            return false;
        }

        Piece old = _piece;
        _length = newer._length;
        Volatile.Write(ref _piece, newer._piece);
        IsNewVersion = true;
        old.Release();
        newer.Dispose();
        return true;
    }

    private void Own(bool copies)
    {
        Check();
        if (_piece is Chunk chunk && chunk.HasOneUser)
        {
            if (!chunk.IsExposed)
            {
                IsNewVersion = true;
                return;
            }

            if (!BlobMemory.IsHeldElsewhere(chunk))
            {
                chunk.Hide();
                IsNewVersion = true;
                return;
            }
        }

        Chunk other = BlobMemory.Rent(_length);
        if (copies)
        {
            _piece.GetSpan()[.._length].CopyTo(other.GetSpan());
            BlobMemory.NoteCopied(_length);
        }

        Piece old = _piece;
        Volatile.Write(ref _piece, other);
        IsNewVersion = true;
        old.Release();
    }

    private void Check()
    {
        if (_state is Disposed or CallEnded)
        {
            throw Ended();
        }

        if (_piece.LostOwner is { } owner)
        {
            throw new PeerGoneException(owner);
        }
    }

    [SuppressMessage("Usage", "CA1816", Justification = "It is the end of an argument, which nobody disposes.")]
    private void Finish()
    {
        GC.SuppressFinalize(this);
        _piece.Release();
    }

    private ObjectDisposedException Ended() => _state == CallEnded
        ? new ObjectDisposedException(nameof(Blob), "The blob came as an argument of a call that has ended. Clone it during the call to keep its bytes.")
        : new ObjectDisposedException(nameof(Blob), "The blob was disposed.");
}
