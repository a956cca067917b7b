using System.Globalization;

namespace Viaduct.Cli.Output;

/// <summary>Numbers and names as the command writes them, the same on every machine.</summary>
internal static class Words
{
    /// <summary>A whole number, by default with thousands grouped.</summary>
    /// <param name="value">The number.</param>
    /// <param name="grouped">Whether to group.</param>
    public static string Number(long value, bool grouped = true)
    {
        return value.ToString(grouped ? "N0" : "D", CultureInfo.InvariantCulture);
    }

    /// <summary>A number with a fixed number of digits after the point.</summary>
    /// <param name="value">The number.</param>
    /// <param name="digits">The digits.</param>
    public static string Fixed(double value, int digits)
    {
        return value.ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    /// <summary>Bytes in the largest fitting unit of 1000.</summary>
    /// <param name="bytes">The bytes.</param>
    public static string Bytes(long bytes)
    {
        return bytes switch
        {
            < 1_000 => Number(bytes) + " B",
            < 1_000_000 => Fixed(bytes / 1e3, 1) + " kB",
            < 1_000_000_000 => Fixed(bytes / 1e6, 1) + " MB",
            _ => Fixed(bytes / 1e9, 2) + " GB",
        };
    }

    /// <summary>A duration in the largest fitting unit.</summary>
    /// <param name="nanoseconds">The duration in ns.</param>
    public static string Duration(double nanoseconds)
    {
        return nanoseconds switch
        {
            < 1e3 => Fixed(nanoseconds, 0) + " ns",
            < 1e6 => Fixed(nanoseconds / 1e3, 1) + " µs",
            < 1e9 => Fixed(nanoseconds / 1e6, 1) + " ms",
            _ => Fixed(nanoseconds / 1e9, 2) + " s",
        };
    }

    /// <summary>A route as one word in small letters.</summary>
    /// <param name="route">The route.</param>
    public static string Of(Route route)
    {
        return route switch
        {
            Route.InProcess => "in-process",
            Route.SharedMemory => "shared-memory",
            Route.UnixSocket => "unix-socket",
            Route.Tcp => "tcp",
            _ => route.ToString(),
        };
    }
}
