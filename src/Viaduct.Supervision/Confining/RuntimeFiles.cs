using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Viaduct.Supervision;

/// <summary>The files that a program, the .NET runtime and the C library read whatever the program does.</summary>
internal static class RuntimeFiles
{
    /// <summary>
    /// Libraries, the loader's cache and time zones; and what the runtime asks the kernel: memory and processors, its own maps. Of other
    /// processes <c>/proc</c> shows a confined one no more than their names, since Landlock denies it what tracing would.
    /// </summary>
    private static readonly string[] s_system =
    [
        "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/etc/ld.so.preload", "/etc/localtime", "/usr/share/zoneinfo",
        "/proc", "/sys/fs/cgroup", "/sys/devices/system/cpu", "/sys/devices/system/node",
        "/sys/kernel/mm/transparent_hugepage", "/dev/urandom", "/dev/random", "/dev/zero",
    ];

    /// <summary>What names and addresses are found by, and certificates; no private keys.</summary>
    private static readonly string[] s_network =
    [
        "/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf", "/etc/services", "/etc/protocols", "/sys/class/net",
        "/etc/ssl/certs", "/etc/ssl/openssl.cnf", "/usr/share/ca-certificates", "/etc/pki/tls/certs", "/etc/pki/ca-trust/extracted",
    ];

    /// <summary>The dynamic loaders, which the kernel executes with each program.</summary>
    private static readonly string[] s_loaders =
    [
        "/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1", "/lib/ld-musl-x86_64.so.1", "/lib/ld-musl-aarch64.so.1",
    ];

    /// <summary>What a program needs to read, and what of that it needs to execute.</summary>
    /// <param name="executable">The program's absolute path.</param>
    /// <param name="arguments">Its arguments: the first that is an assembly has its directory allowed.</param>
    /// <param name="network">Whether it may use the network.</param>
    internal static IEnumerable<(string Path, bool Executes)> ToRead(string executable, IEnumerable<string> arguments, bool network)
    {
        string program = Followed(executable);
        yield return (program, true);
        string name = Path.GetFileName(program);
        string directory = Path.GetDirectoryName(program)!;

        // The host has the runtimes beside it; a program of its own has its assemblies there, or in its one file as this one may, and finds a runtime where hosts do. A program
        // of the system brings nothing along.
        if (name == "dotnet")
        {
            yield return (directory, false);
            if (arguments.FirstOrDefault(static argument => argument.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)) is { } assembly)
            {
                yield return (Path.GetDirectoryName(Path.GetFullPath(assembly))!, false);
            }
        }
        else if (File.Exists(Path.Combine(directory, $"{name}.dll")) || (RuntimeFeature.IsDynamicCodeSupported && Environment.ProcessPath is { } own && program == Followed(own)))
        {
            yield return (directory, false);
            foreach (string root in Runtimes())
            {
                yield return (root, false);
            }
        }

        foreach (string path in network ? s_system.Concat(s_network) : s_system)
        {
            yield return (path, false);
        }

        foreach (string loader in s_loaders)
        {
            yield return (loader, true);
        }
    }

    /// <summary>Where a program's own host looks for a runtime.</summary>
    private static IEnumerable<string> Runtimes()
    {
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } root)
        {
            yield return root;
        }

        yield return "/etc/dotnet";
        yield return "/usr/share/dotnet";

        // This process's own: <root>/shared/Microsoft.NETCore.App/<version>/.
        string runtime = RuntimeEnvironment.GetRuntimeDirectory();
        if (runtime.Contains("/shared/", StringComparison.Ordinal))
        {
            yield return Path.GetFullPath(Path.Combine(runtime, "..", "..", ".."));
        }
    }

    private static string Followed(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
}
