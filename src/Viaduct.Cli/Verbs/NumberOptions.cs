using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Viaduct.Cli.Verbs;

/// <summary>Bounds of options that are numbers.</summary>
internal static class NumberOptions
{
    /// <summary>Refuses what is no number, or not such a one, in the same words.</summary>
    /// <param name="option">The option.</param>
    /// <param name="rule">What it must be, such as <c>between 1 and 64</c>.</param>
    /// <param name="keeps">Whether a number keeps the rule.</param>
    public static void MustBe<T>(this Option<T> option, string rule, Func<T, bool> keeps)
        where T : struct, INumberBase<T> => option.CustomParser = result => Read(result, option.Name, rule, keeps);

    /// <inheritdoc cref="MustBe{T}(Option{T}, string, Func{T, bool})"/>
    public static void MustBe<T>(this Option<T?> option, string rule, Func<T, bool> keeps)
        where T : struct, INumberBase<T> => option.CustomParser = result => Read(result, option.Name, rule, keeps);

    private static T Read<T>(ArgumentResult result, string option, string rule, Func<T, bool> keeps)
        where T : struct, INumberBase<T>
    {
        if (!T.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out T number) || !keeps(number))
        {
            result.AddError($"{option} must be {rule}.");
        }

        return number;
    }
}
