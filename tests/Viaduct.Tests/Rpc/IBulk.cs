using Viaduct.Rpc;

namespace Viaduct.Tests.Rpc;

/// <summary>Bytes in every form that a method may take them in, and give them.</summary>
[Service]
public interface IBulk
{
    int Process();

    void Flip(Span<byte> buffer, byte mask);

    long Sum(ReadOnlySpan<byte> bytes);

    Task FlipAsync(Memory<byte> buffer, byte mask);

    ValueTask<long> SumAsync(ReadOnlyMemory<byte> bytes);

    byte[] Reverse(byte[] bytes);

    IReadOnlyList<byte[]> Split(byte[] bytes, int parts);

    IAsyncEnumerable<byte[]> PartsAsync(ReadOnlyMemory<byte> bytes, int parts);

    void Swap(Span<byte> left, Span<byte> right);

    long Mix(ReadOnlySpan<byte> first, Blob second, Span<byte> third, string fourth, byte[]? fifth, Blob sixth);

    void FailAfterWriting(Span<byte> buffer);

    void Keep(Memory<byte> buffer);

    string UseKept();

    [OneWay]
    void Note(ReadOnlySpan<byte> bytes);

    long Noted();

    [Idempotent]
    void FlipAndDieOnce(Span<byte> buffer, byte mask, string file);

    void FlipAndDie(Span<byte> buffer, byte mask);

    /// <summary>Each is the other's bytes, reversed.</summary>
    Halves Mirror(Halves halves);

    Task SwapAsync(Memory<byte> left, Memory<byte> right);

    [Idempotent]
    Halves MirrorAndDieOnce(Halves halves, Span<byte> left, Span<byte> right, string file);

    /// <summary>Makes the file, and keeps its thread until somebody deletes it.</summary>
    void Hold(string file);

    [OneWay]
    void NoteBlob(Blob blob);
}
