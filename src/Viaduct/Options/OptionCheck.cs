using System.Runtime.CompilerServices;

namespace Viaduct;

/// <summary>Checks of option values; each names the option, its range and the value.</summary>
internal static class OptionCheck
{
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is not one of the enumeration's.</exception>
    /// <param name="value">The value.</param>
    /// <param name="last">The enumeration's last one; they begin at 0 and leave none out.</param>
    /// <param name="option">The option.</param>
    internal static void Defined<TEnum>(TEnum value, TEnum last, string option)
        where TEnum : struct, Enum
    {
        if (!IsDefined(value, last))
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

    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is outside.</exception>
    internal static void Range(TimeSpan value, TimeSpan minimum, TimeSpan maximum, string option)
    {
        if (value < minimum || value > maximum)
        {
            throw new ArgumentOutOfRangeException(option, value, $"{option} must be {minimum} to {maximum}.");
        }
    }

    /// <exception cref="ArgumentException"><paramref name="value"/> is empty, longer than <paramref name="maximum"/>, or has control characters.</exception>
    internal static void Text(string value, int maximum, string option)
    {
        ArgumentNullException.ThrowIfNull(value, option);
        if (value.Length is 0 || value.Length > maximum || HasControl(value))
        {
            throw new ArgumentException($"{option} must be 1 to {maximum} characters without control characters; it has {value.Length}.", option);
        }
    }

    /// <summary>Whether an enumeration has that value. <see cref="Enum.IsDefined{TEnum}"/> would read its metadata, which each process that begins would wait for.</summary>
    /// <param name="value">The value.</param>
    /// <param name="last">The enumeration's last one; they begin at 0 and leave none out.</param>
    internal static bool IsDefined<TEnum>(TEnum value, TEnum last)
        where TEnum : struct, Enum => Unsafe.BitCast<TEnum, uint>(value) <= Unsafe.BitCast<TEnum, uint>(last);

    private static bool HasControl(string value)
    {
        foreach (char character in value)
        {
            if (char.IsControl(character))
            {
                return true;
            }
        }

        return false;
    }
}
