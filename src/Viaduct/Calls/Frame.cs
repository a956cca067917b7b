using System.Buffers;

namespace Viaduct.Calls;

/// <summary>
/// The bytes of one call or answer, pooled. Whoever holds it owns it alone and gives it back once; not thread-safe.
/// </summary>
internal sealed class Frame : IBufferWriter<byte>
{
    /// <summary>Room that every frame has at least.</summary>
    private const int Small = 256;

    /// <summary>A buffer that grew beyond this is not kept.</summary>
    private const int Kept = 64 * 1024;

    /// <summary>So many frames each thread keeps for itself.</summary>
    private const int MostSpares = 16;

    [ThreadStatic]
    private static Stack<Frame>? t_spares;

    private byte[] _buffer = new byte[Small];
    private int _length;
    private bool _isSpare;

    private Frame()
    {
    }

    /// <summary>Bytes written.</summary>
    public int Length => _length;

    /// <summary>The bytes that were written.</summary>
    public Span<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>The bytes that were written, as memory that is valid until the frame is given back.</summary>
    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, _length);

    /// <summary>An empty frame.</summary>
    public static Frame Rent()
    {
        if (t_spares is { Count: > 0 } spares)
        {
            Frame frame = spares.Pop();
            frame._isSpare = false;
            return frame;
        }

        return FramePool.TryTake(out Frame? shared) ? shared : new Frame();
    }

    /// <summary>Gives it back; its bytes are no longer anybody's.</summary>
    public void Return()
    {
        if (_isSpare)
        {
            throw new InvalidOperationException("A frame was given back twice.");
        }

        _isSpare = true;
        _length = 0;
        if (_buffer.Length > Kept)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = new byte[Small];
        }

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

    /// <summary>Forgets what was written beyond a length.</summary>
    public void Truncate(int length) => _length = Math.Min(_length, length);

    /// <summary>Takes the place of what was written.</summary>
    public void Set(ReadOnlySpan<byte> bytes)
    {
        _length = 0;
        bytes.CopyTo(GetSpan(bytes.Length));
        _length = bytes.Length;
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
