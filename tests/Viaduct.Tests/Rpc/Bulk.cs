using System.Diagnostics;

namespace Viaduct.Tests.Rpc;

/// <summary>Reads and writes what it gets.</summary>
public sealed class Bulk : IBulk
{
    private Memory<byte> _kept;
    private long _noted;

    public static long SumOf(ReadOnlySpan<byte> bytes)
    {
        long sum = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            sum += bytes[i] * (1L + (i & 0xFF));
        }

        return sum;
    }

    public int Process() => Environment.ProcessId;

    public void Flip(Span<byte> buffer, byte mask)
    {
        foreach (ref byte one in buffer)
        {
            one ^= mask;
        }
    }

    public long Sum(ReadOnlySpan<byte> bytes) => SumOf(bytes);

    public async Task FlipAsync(Memory<byte> buffer, byte mask)
    {
        Flip(buffer.Span[..(buffer.Length / 2)], mask);
        await Task.Yield();
        Flip(buffer.Span[(buffer.Length / 2)..], mask);
    }

    public async ValueTask<long> SumAsync(ReadOnlyMemory<byte> bytes)
    {
        await Task.Yield();
        return SumOf(bytes.Span);
    }

    public byte[] Reverse(byte[] bytes)
    {
        Array.Reverse(bytes);
        return bytes;
    }

    public IReadOnlyList<byte[]> Split(byte[] bytes, int parts) => [.. bytes.Chunk(Math.Max(1, bytes.Length / parts))];

    public async IAsyncEnumerable<byte[]> PartsAsync(ReadOnlyMemory<byte> bytes, int parts)
    {
        foreach (byte[] part in Split(bytes.ToArray(), parts))
        {
            await Task.Yield();
            yield return part;
        }
    }

    public void Swap(Span<byte> left, Span<byte> right)
    {
        byte[] before = left.ToArray();
        right.CopyTo(left);
        before.CopyTo(right);
    }

    public long Mix(ReadOnlySpan<byte> first, Blob second, Span<byte> third, string fourth, byte[]? fifth, Blob sixth)
    {
        long sum = SumOf(first) + (3 * SumOf(second.ReadOnlySpan)) + (5 * SumOf(third)) + fourth.Length + (7 * SumOf(fifth)) + (11 * SumOf(sixth.ReadOnlySpan));
        third.Fill(1);
        sixth.Span.Fill(2);
        return sum;
    }

    public void FailAfterWriting(Span<byte> buffer)
    {
        buffer.Clear();
        throw new InvalidTimeZoneException("too late");
    }

    public void Keep(Memory<byte> buffer) => _kept = buffer;

    public string UseKept()
    {
        try
        {
            _kept.Span[0]++;
            return "";
        }
        catch (ObjectDisposedException error)
        {
            return error.Message;
        }
    }

    public void Note(ReadOnlySpan<byte> bytes) => Interlocked.Add(ref _noted, SumOf(bytes));

    public Halves Mirror(Halves halves) => new(
        [.. halves.Right.Reverse()], [.. halves.Left.Reverse()], [.. halves.More.Reverse().Select(static one => one.Reverse().ToArray())], halves.Last is null ? null : [.. halves.Last.Reverse()]);

    public async Task SwapAsync(Memory<byte> left, Memory<byte> right)
    {
        await Task.Yield();
        Swap(left.Span, right.Span);
    }

    public Halves MirrorAndDieOnce(Halves halves, Span<byte> left, Span<byte> right, string file)
    {
        if (!File.Exists(file))
        {
            File.WriteAllText(file, "");
            Swap(left, right);
            FlipAndDie(left, 1);
        }

        Swap(left, right);
        return Mirror(halves);
    }

    public void Hold(string file) => new Labour().Hold(file);

    public void NoteBlob(Blob blob) => Note(blob.ReadOnlySpan);

    public long Noted() => Volatile.Read(ref _noted);

    public void FlipAndDieOnce(Span<byte> buffer, byte mask, string file)
    {
        if (!File.Exists(file))
        {
            File.WriteAllText(file, "");
            FlipAndDie(buffer, mask);
        }

        Flip(buffer, mask);
    }

    public void FlipAndDie(Span<byte> buffer, byte mask)
    {
        Flip(buffer[..(buffer.Length / 2)], mask);
        using Process self = System.Diagnostics.Process.GetCurrentProcess();
        self.Kill();
        Thread.Sleep(Timeout.Infinite);
    }
}
