using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Viaduct.Cli.Demo.Work;

/// <summary>
/// What a worker does with events: SHA-256 of the bytes and, of texts, the counts of their tokens. Results are collected one after another as one
/// message to the merger. Not thread-safe.
/// </summary>
/// <remarks>
/// A result is: id (8 bytes), when the event was sent (8), its length (4), its hash (32), the number of different tokens (4), and for each its length (4), its count
/// (4) and its bytes; integers little-endian.
/// </remarks>
internal sealed class EventAnalysis
{
    private readonly ArrayBufferWriter<byte> _results = new(64 * 1024);
    private readonly TokenCounter _tokens = new();

    /// <summary>The results collected.</summary>
    public ReadOnlyMemory<byte> Results => _results.WrittenMemory;

    /// <summary>Analyses one event and appends its result.</summary>
    /// <param name="message">The event's message.</param>
    public void Add(ReadOnlySpan<byte> message)
    {
        EventTrailer trailer = EventTrailer.Read(message, out ReadOnlySpan<byte> content);
        _tokens.Count(trailer.IsText ? content : default);

        Span<byte> head = _results.GetSpan(ResultHead.Size);
        new ResultHead(trailer.Id, trailer.SentAt, content.Length, _tokens.Distinct).Write(head);
        SHA256.HashData(content, head[ResultHead.HashOffset..]);
        _results.Advance(ResultHead.Size);
        for (int i = 0; i < _tokens.Distinct; i++)
        {
            (byte[] token, int count) = _tokens[i];
            Span<byte> entry = _results.GetSpan(2 * sizeof(int) + token.Length);
            BinaryPrimitives.WriteInt32LittleEndian(entry, token.Length);
            BinaryPrimitives.WriteInt32LittleEndian(entry[sizeof(int)..], count);
            token.CopyTo(entry[(2 * sizeof(int))..]);
            _results.Advance(2 * sizeof(int) + token.Length);
        }
    }

    /// <summary>Forgets the results collected.</summary>
    public void Clear()
    {
        _results.ResetWrittenCount();
    }
}
