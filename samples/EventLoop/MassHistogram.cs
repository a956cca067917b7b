using System.Globalization;

namespace EventLoop;

/// <summary>Masses in bins of 1 GeV from 60 to 120 GeV, each pair once however often it comes.</summary>
internal sealed class MassHistogram
{
    private const int Low = 60;
    private const int High = 120;

    private readonly long[] _bins = new long[High - Low];

    /// <summary>By number, so that the mean is summed in the same order whichever worker was faster.</summary>
    private readonly SortedDictionary<int, double> _masses = [];

    public void Add(PairMass mass)
    {
        if (_masses.TryAdd(mass.Number, mass.Gigaelectronvolts) && mass.Gigaelectronvolts is >= Low and < High)
        {
            _bins[(int)mass.Gigaelectronvolts - Low]++;
        }
    }

    public void Write(TextWriter output)
    {
        long fullest = Math.Max(_bins.Max(), 1);
        for (int bin = 0; bin < _bins.Length; bin++)
        {
            string bar = new('#', (int)(60 * _bins[bin] / fullest));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Low + bin,4} GeV {_bins[bin],6} {bar}").TrimEnd());
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"events={_masses.Count} within={_bins.Sum()} fullest={Low + Array.IndexOf(_bins, _bins.Max())} mean={_masses.Values.DefaultIfEmpty().Average():F3}"));
    }
}
