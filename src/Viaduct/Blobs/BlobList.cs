using Viaduct.Calls;
using Viaduct.Memory;

namespace Viaduct.Blobs;

/// <summary>The blobs that go with one message or call, each by its number in the message's bytes. A user of the memory of each. Not thread-safe.</summary>
internal sealed class BlobList : IDisposable
{
    public const int Most = 4096;

    private Piece[] _pieces = new Piece[2];
    private int[] _lengths = new int[2];

    /// <summary>The number that each takes the place of in the call that is answered, and one; 0 for most.</summary>
    private ushort[] _replaced = new ushort[2];

    /// <summary>Of bytes of the message that lie beside it, where in the message they belong; -1 for blobs.</summary>
    private int[] _places = new int[2];

    /// <summary>Where each was taken from, or null.</summary>
    private Blob?[] _sources = new Blob?[2];

    /// <summary>Handed out until the call is over, with their numbers.</summary>
    private List<(Blob Blob, int Number)>? _lent;

    /// <summary>Gives the memory back of a list that was forgotten with its message.</summary>
    ~BlobList()
    {
        for (int i = 0; i < Count; i++)
        {
            _pieces[i].Release();
        }
    }

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>How many of them are no blobs, but bytes of the message.</summary>
    public int CountBeside { get; private set; }

    /// <summary>Where the last of those belong.</summary>
    public int LastPlace { get; private set; } = -1;

    /// <summary>The bytes of those together.</summary>
    public long BytesBeside { get; private set; }

    /// <summary>Whether what is taken out ends when the list is cleared.</summary>
    public bool Lends { get; set; }

    /// <summary>Whether what is added is given away by it.</summary>
    public bool Consumes { get; set; }

    /// <summary>The memory of one.</summary>
    public Piece PieceOf(int index) => _pieces[index];

    /// <summary>The bytes of one.</summary>
    public int LengthOf(int index) => _lengths[index];

    /// <summary>Which blob of the call that is answered one takes the place of, and one; 0 = of none.</summary>
    public ushort ReplacedBy(int index) => _replaced[index];

    /// <summary>Says which blob of the call one takes the place of, and one.</summary>
    public void SetReplaced(int index, ushort replaced) => _replaced[index] = replaced;

    /// <summary>The bytes of the longest.</summary>
    public int Longest
    {
        get
        {
            int longest = 0;
            for (int i = 0; i < Count; i++)
            {
                longest = Math.Max(longest, _lengths[i]);
            }

            return longest;
        }
    }

    /// <summary>Where in the message the bytes of one belong; -1 if it is a blob.</summary>
    public int PlaceOf(int index) => _places[index];

    /// <summary>Adds one; its number.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public int Add(Blob blob)
    {
        Piece piece = blob.Piece;
        int length = blob.Length;
        ObjectDisposedException.ThrowIf(!piece.TryHold(), blob);
        int number = AddHeld(piece, length);
        if (!Consumes)
        {
            _sources[number] = blob;
        }
        else if (!blob.IsLent)
        {
            blob.Dispose();
        }

        return number;
    }

    /// <summary>Adds memory that has a user more already: the list.</summary>
    public int AddHeld(Piece piece, int length)
    {
        if (Count == _pieces.Length)
        {
            if (Count == Most)
            {
                piece.Release();
                throw new InvalidOperationException($"A message or call carries {Most} blobs at the most.");
            }

            Array.Resize(ref _pieces, 2 * Count);
            Array.Resize(ref _lengths, 2 * Count);
            Array.Resize(ref _replaced, 2 * Count);
            Array.Resize(ref _places, 2 * Count);
            Array.Resize(ref _sources, 2 * Count);
        }

        _pieces[Count] = piece;
        _lengths[Count] = length;
        _replaced[Count] = 0;
        _places[Count] = -1;
        return Count++;
    }

    /// <summary>Says that one which was added is bytes of the message, behind all those that were before.</summary>
    public void SetPlace(int index, int place)
    {
        _places[index] = LastPlace = place;
        CountBeside++;
        BytesBeside += _lengths[index];
    }

    /// <summary>The bytes that belong at a place of the message, if any lie beside it. Asked for in the order of places: what was passed is not found again.</summary>
    /// <param name="place">The place.</param>
    /// <param name="next">Where to go on looking; 0 at first.</param>
    /// <param name="bytes">The bytes.</param>
    public bool TryFindBeside(int place, scoped ref int next, out ReadOnlySpan<byte> bytes)
    {
        while (next < Count && _places[next] < place)
        {
            next++;
        }

        if (next < Count && _places[next] == place)
        {
            bytes = _pieces[next].GetSpan()[.._lengths[next]];
            next++;
            return true;
        }

        bytes = default;
        return false;
    }

    /// <summary>The blob of a number, for the program.</summary>
    /// <exception cref="ProtocolViolationException">There is none of that number.</exception>
    public Blob Take(ulong index)
    {
        if (index >= (ulong)Count)
        {
            throw new ProtocolViolationException($"Blob {index} of a message is referred to that brought {Count}.");
        }

        Piece piece = _pieces[index];
        if (!piece.TryHold())
        {
            throw new InvalidOperationException("A blob's memory has no user though its message is one.");
        }

        Blob blob = new(piece, _lengths[index], Lends);
        if (Lends)
        {
            (_lent ??= []).Add((blob, (int)index));
        }

        return blob;
    }

    /// <summary>Has the same blobs as another list.</summary>
    public void CopyFrom(BlobList other)
    {
        for (int i = 0; i < other.Count; i++)
        {
            if (other._pieces[i].TryHold())
            {
                int number = AddHeld(other._pieces[i], other._lengths[i]);
                SetReplaced(number, other._replaced[i]);
                if (other._places[i] >= 0)
                {
                    SetPlace(number, other._places[i]);
                }
            }
        }
    }

    /// <summary>The method has ended: what it wrote of the call's blobs goes back with its answer.</summary>
    public void GiveBack(Frame answer)
    {
        if (_lent is null)
        {
            return;
        }

        foreach ((Blob blob, int number) in _lent)
        {
            if (blob is { IsLent: true, IsNewVersion: true })
            {
                BlobList blobs = answer.NewBlobs;
                blobs.SetReplaced(blobs.Add(blob), (ushort)(number + 1));
            }
        }
    }

    /// <summary>The answer has come: the blobs that the call has written refer to what it wrote.</summary>
    /// <exception cref="ProtocolViolationException">It names blobs that the call did not have.</exception>
    public void TakeBack(BlobList answer)
    {
        for (int i = 0; i < answer.Count; i++)
        {
            if (answer._replaced[i] is not (> 0 and var replaced))
            {
                continue;
            }

            if (replaced > Count)
            {
                throw new ProtocolViolationException($"Blob {replaced - 1} came back of a call that had {Count}.");
            }

            Blob newer = answer.Take((ulong)i);
            if (_sources[replaced - 1]?.TryBecome(newer) != true)
            {
                newer.Dispose();
            }
        }
    }

    /// <summary>Becomes a user of all once more, for a message that is kept: to be given to <see cref="ReleaseAll"/>.</summary>
    public object HoldAll()
    {
        for (int i = 0; i < Count; i++)
        {
            if (!_pieces[i].TryHold())
            {
                ReleaseAll(_pieces[..i]);
                throw new InvalidOperationException("A blob's memory has no user though its message is one.");
            }
        }

        return Count == 1 ? _pieces[0] : _pieces[..Count];
    }

    /// <summary>Ends what <see cref="HoldAll"/> began.</summary>
    public static void ReleaseAll(object held)
    {
        if (held is Piece piece)
        {
            piece.Release();
            return;
        }

        foreach (Piece one in (Piece[])held)
        {
            one.Release();
        }
    }

    /// <summary>What was lent is the program's own from now on.</summary>
    public void LeaveLent()
    {
        _lent?.ForEach(static lent => lent.Blob.Keep());
        _lent?.Clear();
    }

    /// <summary>As <see cref="Clear"/>; the list is not used again.</summary>
    public void Dispose()
    {
        Clear();
        GC.SuppressFinalize(this);
    }

    /// <summary>Lets go of all; what was lent ends.</summary>
    public void Clear()
    {
        if (_lent is { Count: > 0 })
        {
            _lent.ForEach(static lent => lent.Blob.EndLoan());
            _lent.Clear();
        }

        for (int i = 0; i < Count; i++)
        {
            _pieces[i].Release();
            _pieces[i] = null!;
            _sources[i] = null;
        }

        Count = 0;
        CountBeside = 0;
        BytesBeside = 0;
        LastPlace = -1;
        Lends = false;
        Consumes = false;
    }
}
