using System.Globalization;
using System.Net.Sockets;
using Viaduct.Linux;
using Viaduct.Supervision.Linux;

namespace Viaduct.Supervision;

/// <summary>The listening sockets that systemd passed to this process: sd_listen_fds(3).</summary>
internal static class ListenSockets
{
    /// <summary>The first of them.</summary>
    private const int First = 3;

    /// <summary>More than this are not believed.</summary>
    private const int Most = 64;

    /// <summary>Takes them over, with their names, and takes them out of the environment: no child gets them.</summary>
    public static IReadOnlyList<(string Name, Socket Socket)> Take()
    {
        string? process = SystemdNotifier.TakeVariable("LISTEN_PID");
        string? count = SystemdNotifier.TakeVariable("LISTEN_FDS");
        string[] names = (SystemdNotifier.TakeVariable("LISTEN_FDNAMES") ?? "").Split(':');
        if (!Platform.IsLinux || process != Environment.ProcessId.ToString(CultureInfo.InvariantCulture)
            || !int.TryParse(count, CultureInfo.InvariantCulture, out int number) || number is < 1 or > Most)
        {
            return [];
        }

        List<(string Name, Socket Socket)> sockets = [];
        for (int i = 0; i < number; i++)
        {
            if (Libc.Fcntl(First + i, SpawnLibrary.F_SETFD, SpawnLibrary.FD_CLOEXEC) == 0)
            {
                sockets.Add((i < names.Length ? names[i] : "", new Socket(new SafeSocketHandle(First + i, ownsHandle: true))));
            }
        }

        return sockets;
    }
}
