namespace Viaduct;

/// <summary>What this process may ask of its system.</summary>
internal static class Platform
{
    /// <summary>
    /// Whether Linux calls are used at all. The AppContext switch <c>Viaduct.Portable</c> turns them off, so that what other systems
    /// run can be tried on Linux.
    /// </summary>
    public static bool IsLinux { get; } = OperatingSystem.IsLinux()
        && !(AppContext.TryGetSwitch("Viaduct.Portable", out bool portable) && portable);

    /// <summary>Throws unless <see cref="IsLinux"/>.</summary>
    /// <exception cref="PlatformNotSupportedException">Always on other systems; the text names what to use instead.</exception>
    public static void RequireLinux(string what)
    {
        if (!IsLinux)
        {
            throw new PlatformNotSupportedException(
                $"{what} needs Linux. Here, use threads of one process (Context.Thread), or TCP (Context.DistributedProcess with NodeOptions.Listen on one side and NodeOptions.Peers on the other).");
        }
    }
}
