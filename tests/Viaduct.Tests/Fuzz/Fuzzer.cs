using System.Diagnostics;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Fuzz;

/// <summary>
/// Changes inputs of a corpus at random, runs them, and keeps those with an outcome that was not there before. An outcome is what a decoder
/// says: the kind of what it found, or which exception with which message. Not a branch counter, but it sees every check that refuses.
/// </summary>
internal sealed class Fuzzer(FuzzTarget target, int seed)
{
    /// <summary>What an input of no bytes may allocate: an exception with its trace, texts, a builder.</summary>
    private const int AllowedBytes = 128 * 1024;

    /// <summary>Bytes that may be allocated for each byte of input.</summary>
    private const int AllowedRatio = 64;

    private readonly Random _random = new(seed);
    private readonly List<byte[]> _pool = [];
    private readonly HashSet<string> _outcomes = [];

    /// <summary>Inputs with outcomes that the corpus did not have.</summary>
    public List<byte[]> Finds { get; } = [];

    /// <summary>Different outcomes.</summary>
    public IReadOnlyCollection<string> Outcomes => _outcomes;

    /// <summary>Takes an input of the corpus.</summary>
    public void Add(byte[] input)
    {
        _pool.Add(input);
        _outcomes.Add(Run(input));
    }

    /// <summary>Runs changed inputs.</summary>
    public void Run(int count)
    {
        for (int i = 0; i < count; i++)
        {
            byte[] input = target.Repair(Change(_pool[_random.Next(_pool.Count)]), _random);
            if (_outcomes.Add(Run(input)))
            {
                _pool.Add(input);
                Finds.Add(input);
            }
        }
    }

    /// <summary>A shorter input with the same outcome, where there is one: what is left when all that can go, pieces first and then bytes, is gone.</summary>
    public byte[] Shrink(byte[] input)
    {
        string outcome = Run(input);
        List<byte> bytes = [.. input];
        for (int size = Math.Max(1, bytes.Count / 2); size > 0; size /= 2)
        {
            for (int at = 0; at + size <= bytes.Count;)
            {
                byte[] shorter = [.. bytes[..at], .. bytes[(at + size)..]];
                if (Run(shorter) == outcome)
                {
                    bytes = [.. shorter];
                }
                else
                {
                    at += size;
                }
            }
        }

        return [.. bytes];
    }

    private string Run(byte[] input)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            string outcome = Run(input, out long allocated);
            long allowed = AllowedBytes + (AllowedRatio * (long)input.Length);
            if (allocated > allowed)
            {
                // The first time something is needed that the process keeps, it is made; not again.
                Run(input, out allocated);
            }

            Assert.True(allocated <= allowed, $"{allocated} bytes allocated for an input of {input.Length}");
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience.Limit, "It took too long.");
            return outcome;
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"{target.Name}, input {Corpus.Line(input)}: {error.Message}", error);
        }
    }

    private string Run(byte[] input, out long allocated)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        string outcome = target.Run(input);
        allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return outcome;
    }

    private byte[] Change(byte[] input)
    {
        List<byte> bytes = [.. input.AsSpan(0, Math.Min(input.Length, 4096))];
        for (int changes = 1 + _random.Next(4); changes > 0; changes--)
        {
            // Most of it goes near the front, where the fields are.
            int at = Math.Min(_random.Next(bytes.Count + 1), _random.Next(bytes.Count + 1));
            int rest = bytes.Count - at;
            switch (_random.Next(10))
            {
                case 0 when rest > 0:
                    bytes[at] ^= (byte)(1 << _random.Next(8));
                    break;
                case 1 when rest > 0:
                    bytes[at] = (byte)_random.Next(256);
                    break;
                case 2 when rest > 0:
                    bytes[at] = (byte)(_random.Next(4) switch { 0 => 0, 1 => 0x7F, 2 => 0x80, _ => 0xFF });
                    break;
                case 3 when rest > 0:
                    bytes.RemoveRange(at, 1 + _random.Next(Math.Min(rest, 8)));
                    break;
                case 4 when rest > 0:
                    bytes.RemoveRange(at, rest);
                    break;
                case 5 when rest > 0 && bytes.Count < 2048:
                    bytes.InsertRange(at, bytes.GetRange(at, 1 + _random.Next(rest)));
                    break;
                case 6:
                    byte[] other = _pool[_random.Next(_pool.Count)];
                    int from = _random.Next(other.Length + 1);
                    bytes.RemoveRange(at, rest);
                    bytes.AddRange(other.AsSpan(from, Math.Min(other.Length - from, 4096)));
                    break;
                case 7 or 8 when target.Words.Count > 0:
                    bytes.InsertRange(at, target.Words[_random.Next(target.Words.Count)]);
                    break;
                default:
                    bytes.Insert(at, (byte)_random.Next(256));
                    break;
            }
        }

        return [.. bytes];
    }
}
