using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Viaduct.Cli.Demo.Work;

/// <summary>
/// What the merger makes of the workers' results: each event counted once by its id, whatever came twice, in whatever order. Only one thread
/// adds; <see cref="Events"/> and <see cref="Bytes"/> may be read by any.
/// </summary>
/// <remarks>
/// The digest is the SHA-256 of: for each event in the order of the ids its id (8 bytes) and its SHA-256; then for each token in ordinal order its
/// length (4), its bytes and its count (8); integers little-endian. Two runs with the same digest have read the same bytes and counted the same.
/// </remarks>
internal sealed class MergedResult : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Dictionary<byte[], long> _counts = new(TokenComparer.Instance);
    private readonly Dictionary<byte[], long>.AlternateLookup<ReadOnlySpan<byte>> _find;
    private readonly LatencyHistogram _latencies = new();

    /// <summary>Results that came before one with a smaller id: few, since the reader has a bounded number out.</summary>
    private readonly Dictionary<long, byte[]> _early = [];

    /// <summary>All events with a smaller id are in the hash.</summary>
    private long _next;

    private long _events;
    private long _bytes;

    /// <summary>Makes an empty result.</summary>
    public MergedResult()
    {
        _find = _counts.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>Events counted.</summary>
    public long Events => Volatile.Read(ref _events);

    /// <summary>Their bytes.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Results that came again and were not counted.</summary>
    public long Duplicates { get; private set; }

    /// <summary>How many different tokens were counted.</summary>
    public int Tokens => _counts.Count;

    /// <summary>How long events took from the reader to here.</summary>
    public LatencyHistogram Latencies => _latencies;

    /// <summary>Merges a message of results.</summary>
    /// <param name="results">See <see cref="EventAnalysis"/>.</param>
    public void Add(ReadOnlySpan<byte> results)
    {
        long now = Stopwatch.GetTimestamp();
        while (!results.IsEmpty)
        {
            ResultHead head = ResultHead.Read(results);
            ReadOnlySpan<byte> hash = results.Slice(ResultHead.HashOffset, ResultHead.HashSize);
            results = results[ResultHead.Size..];
            bool first = head.Id >= _next && !_early.ContainsKey(head.Id);
            if (first)
            {
                Place(head.Id, hash);
                Volatile.Write(ref _events, _events + 1);
                Volatile.Write(ref _bytes, _bytes + head.Length);
                _latencies.Add((long)((now - head.SentAt) * (1e9 / Stopwatch.Frequency)));
            }
            else
            {
                Duplicates++;
            }

            AddTokens(ref results, head.Tokens, first);
        }
    }

    /// <summary>Ends the merging.</summary>
    /// <returns>The digest, 64 hexadecimal digits.</returns>
    public string Finish()
    {
        foreach ((long id, byte[] hash) in _early.OrderBy(entry => entry.Key))
        {
            Append(id, hash);
        }

        byte[][] tokens = [.. _counts.Keys];
        Array.Sort(tokens, static (left, right) => left.AsSpan().SequenceCompareTo(right));
        Span<byte> number = stackalloc byte[sizeof(long)];
        foreach (byte[] token in tokens)
        {
            BinaryPrimitives.WriteInt32LittleEndian(number, token.Length);
            _hash.AppendData(number[..sizeof(int)]);
            _hash.AppendData(token);
            BinaryPrimitives.WriteInt64LittleEndian(number, _counts[token]);
            _hash.AppendData(number);
        }

        return Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    /// <summary>The tokens that were counted most often, the first of equals in ordinal order.</summary>
    /// <param name="number">How many to name.</param>
    public IReadOnlyList<KeyValuePair<string, long>> MostFrequent(int number)
    {
        return
        [
            .. _counts
                .OrderByDescending(entry => entry.Value)
                .ThenBy(entry => Encoding.UTF8.GetString(entry.Key), StringComparer.Ordinal)
                .Take(number)
                .Select(entry => KeyValuePair.Create(Encoding.UTF8.GetString(entry.Key), entry.Value)),
        ];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _hash.Dispose();
    }

    private void Place(long id, ReadOnlySpan<byte> hash)
    {
        if (id != _next)
        {
            _early.Add(id, hash.ToArray());
            return;
        }

        Append(_next++, hash);
        while (_early.Remove(_next, out byte[]? following))
        {
            Append(_next++, following);
        }
    }

    private void Append(long id, ReadOnlySpan<byte> hash)
    {
        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(number, id);
        _hash.AppendData(number);
        _hash.AppendData(hash);
    }

    private void AddTokens(ref ReadOnlySpan<byte> results, int tokens, bool counted)
    {
        for (int i = 0; i < tokens; i++)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(results);
            int count = BinaryPrimitives.ReadInt32LittleEndian(results[sizeof(int)..]);
            if (counted)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(_find, results.Slice(2 * sizeof(int), length), out _) += count;
            }

            results = results[(2 * sizeof(int) + length)..];
        }
    }
}
