using System.Numerics;

namespace Viaduct.Benchmarks.Worker;

/// <summary>
/// Counts of durations in a log-linear scale: exact below 1,024 ns, within 1/512 above. Recording allocates nothing and
/// touches one counter.
/// </summary>
internal sealed class Histogram
{
    private const int LinearBits = 10;
    private const int HalfBuckets = 1 << (LinearBits - 1);

    // One linear range of 2^10 buckets, then half as many for each further power of two.
    private readonly long[] _counts = new long[(64 - LinearBits + 2) * HalfBuckets];

    /// <summary>How many durations were recorded.</summary>
    public long Count { get; private set; }

    /// <summary>The longest duration that was recorded, exactly; 0 when there is none.</summary>
    public long Longest { get; private set; }

    public void Record(long nanoseconds)
    {
        Longest = Math.Max(Longest, nanoseconds);
        _counts[IndexOf((ulong)Math.Max(nanoseconds, 0))]++;
        Count++;
    }

    public void Clear()
    {
        Array.Clear(_counts);
        Count = 0;
        Longest = 0;
    }

    /// <summary>The duration that <paramref name="fraction"/> of all do not exceed; 0 when there are none.</summary>
    public double Percentile(double fraction)
    {
        long rank = Math.Max(1, (long)Math.Ceiling(fraction * Count));
        long seen = 0;
        for (int index = 0; index < _counts.Length; index++)
        {
            seen += _counts[index];
            if (seen >= rank)
            {
                return MiddleOf(index);
            }
        }

        return 0;
    }

    private static int IndexOf(ulong value)
    {
        int shift = Math.Max(0, 64 - BitOperations.LeadingZeroCount(value) - LinearBits);
        return (shift * HalfBuckets) + (int)(value >> shift);
    }

    private static double MiddleOf(int index)
    {
        int shift = Math.Max(0, (index / HalfBuckets) - 1);
        double lowest = Math.ScaleB(index - (shift * HalfBuckets), shift);
        return lowest + ((Math.ScaleB(1, shift) - 1) / 2);
    }
}
