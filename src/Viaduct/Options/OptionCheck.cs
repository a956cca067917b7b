namespace Viaduct;

/// <summary>Checks of option values; each names the option, its range and the value.</summary>
internal static class OptionCheck
{
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is not one of the enumeration's.</exception>
    internal static void Defined<TEnum>(TEnum value, string option)
        where TEnum : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            throw new ArgumentOutOfRangeException(option, value, $"{option} must be one of {string.Join(", ", Enum.GetNames<TEnum>())}.");
        }
    }

    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is outside.</exception>
    internal static void Range<TValue>(TValue value, TValue minimum, TValue maximum, string option)
        where TValue : IComparable<TValue>
    {
        if (value.CompareTo(minimum) < 0 || value.CompareTo(maximum) > 0)
        {
            throw new ArgumentOutOfRangeException(option, value, $"{option} must be {minimum} to {maximum}.");
        }
    }

    /// <exception cref="ArgumentException"><paramref name="value"/> is empty, longer than <paramref name="maximum"/>, or has control characters.</exception>
    internal static void Text(string value, int maximum, string option)
    {
        ArgumentNullException.ThrowIfNull(value, option);
        if (value.Length is 0 || value.Length > maximum || value.Any(char.IsControl))
        {
            throw new ArgumentException($"{option} must be 1 to {maximum} characters without control characters; it has {value.Length}.", option);
        }
    }
}
