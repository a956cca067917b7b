using System.Globalization;

namespace Viaduct.Benchmarks.Charts;

/// <summary>Maps values to places along a line of a chart; logarithmic, or linear from 0.</summary>
internal sealed class Axis
{
    private readonly double _low;
    private readonly double _high;
    private readonly bool _logarithmic;
    private readonly double _from;
    private readonly double _to;

    private Axis(double low, double high, bool logarithmic, double from, double to)
    {
        _low = low;
        _high = high;
        _logarithmic = logarithmic;
        _from = from;
        _to = to;
    }

    /// <summary>Whole powers of ten that hold all values.</summary>
    public static Axis Decades(IEnumerable<double> values, double from, double to)
    {
        double[] all = [.. values];
        double low = Math.Pow(10, Math.Floor(Math.Log10(all.Min()) + 1e-9));
        double high = Math.Pow(10, Math.Ceiling(Math.Log10(all.Max()) - 1e-9));
        return new Axis(low, Math.Max(high, low * 10), true, from, to);
    }

    /// <summary>From one value to another, on a logarithmic scale.</summary>
    public static Axis Logarithmic(double low, double high, double from, double to) => new(low, high, true, from, to);

    /// <summary>From 0 to a round number that holds all values.</summary>
    public static Axis FromZero(IEnumerable<double> values, double from, double to)
    {
        double most = values.Max();
        double step = Math.Pow(10, Math.Floor(Math.Log10(most)));
        return new Axis(0, Math.Ceiling(most / step) * step, false, from, to);
    }

    /// <summary>Where lines and labels go: each power of ten, or five steps.</summary>
    public IEnumerable<double> Ticks => _logarithmic
        ? Enumerable.Range(0, (int)Math.Round(Math.Log10(_high / _low)) + 1).Select(power => _low * Math.Pow(10, power))
        : Enumerable.Range(0, 6).Select(step => _high * step / 5);

    public double Place(double value)
    {
        double share = _logarithmic ? Math.Log(value / _low) / Math.Log(_high / _low) : (value - _low) / (_high - _low);
        return _from + (share * (_to - _from));
    }

    /// <summary>A number without noise: 1000 is 1,000, a thousandth is 0.001.</summary>
    public static string Label(double value) => value.ToString(value >= 1 ? "#,0.##" : "0.######", CultureInfo.InvariantCulture);
}
