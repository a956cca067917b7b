using Microsoft.Win32.SafeHandles;
using Viaduct.Linux;

namespace Viaduct.Discovery;

/// <summary>Where the domains of this machine live, and whether that place can be trusted.</summary>
internal static class RuntimeDirectory
{
    /// <summary>Permissions of a directory and of a file: of one user, and of a group that shares a domain (new entries get its group).</summary>
    internal const uint OwnDirectoryMode = 0x1C0;      // 0700
    internal const uint OwnFileMode = 0x180;           // 0600
    internal const uint SharedDirectoryMode = 0x5F8;   // 02770
    internal const uint SharedFileMode = 0x1B0;        // 0660

    private const int GroupAndOthers = 0x3F;           // 0077
    private const int Others = 0x7;                    // 0007

    /// <summary>
    /// The directory to use: the one given, else $VIADUCT_RUNTIME_DIR, else $XDG_RUNTIME_DIR/viaduct, else &lt;tmp&gt;/viaduct-&lt;uid&gt;; a domain
    /// that users share is in the one given, else $VIADUCT_RUNTIME_DIR, else /run/viaduct.
    /// </summary>
    internal static string Resolve(string? given, bool shared)
    {
        string path = NotEmpty(given) ?? NotEmpty(Environment.GetEnvironmentVariable("VIADUCT_RUNTIME_DIR")) ?? Default(shared);
        return Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
    }

    /// <summary>Makes the directory if it is not there, and verifies it.</summary>
    /// <exception cref="ViaductException">It cannot be made, is a link, belongs to somebody else, or lets others in.</exception>
    internal static void Prepare(string path, bool shared)
    {
        try
        {
            if (Path.GetDirectoryName(path) is { Length: > 0 } parent)
            {
                Directory.CreateDirectory(parent);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ViaductException($"The runtime directory '{path}' cannot be made: {error.Message}", error);
        }

        if (Libc.Mkdir(path, OwnDirectoryMode) == 0)
        {
            _ = Libc.Chmod(path, shared ? SharedDirectoryMode : OwnDirectoryMode);
        }
        else if (Libc.LastError != Libc.EEXIST)
        {
            throw new ViaductException($"The runtime directory '{path}' cannot be made: {Libc.Describe(Libc.LastError)}.");
        }

        if (!Verify(path, shared))
        {
            throw new ViaductException($"The runtime directory '{path}' was removed while it was opened.");
        }
    }

    /// <summary>Verifies the directory; false if there is none.</summary>
    /// <exception cref="ViaductException">It is a link, belongs to somebody else, or lets others in.</exception>
    internal static bool Verify(string path, bool shared)
    {
        // Only to ask for its status: a confined process may not read what other domains have in it.
        using SafeFileHandle? directory = DirectoryFiles.Open(path, Libc.O_PATH | Libc.O_DIRECTORY, 0, out int error);
        if (directory is null)
        {
            return error switch
            {
                Libc.ENOENT => false,
                Libc.ELOOP or Libc.ENOTDIR => throw new ViaductException(
                    $"The runtime directory '{path}' is no directory, or a symbolic link, which could lead anywhere. Remove it, or name the place that it leads to."),
                _ => throw new ViaductException($"The runtime directory '{path}' cannot be opened: {Libc.Describe(error)}."),
            };
        }

        // By descriptor: this is the very directory that the path led to, and nobody but its owner can replace it there.
        FileStatus status = FileStatus.Of((int)directory.DangerousGetHandle());
        uint user = Libc.Geteuid();
        if (shared && (status.UserId != 0 || (status.Permissions & Others) != 0))
        {
            throw new ViaductException(
                $"The runtime directory '{path}' of a domain that users share must belong to root and be closed to all but a group; "
                + $"it belongs to user {status.UserId} with the permissions {Octal(status.Permissions)}. Make it so: install -d -o root -g GROUP -m 2770 '{path}'.");
        }

        if (!shared && status.UserId != user)
        {
            throw new ViaductException(
                $"The runtime directory '{path}' belongs to user {status.UserId}, and this process runs as user {user}. Name another one, or set NodeOptions.AllowOtherUsers.");
        }

        return shared || (status.Permissions & GroupAndOthers) == 0
            ? true
            : throw new ViaductException(
                $"The runtime directory '{path}' lets other users in (permissions {Octal(status.Permissions)}). Close it: chmod 700 '{path}'.");
    }

    /// <summary>Makes a directory inside the runtime directory; false if the one around it is gone.</summary>
    /// <exception cref="ViaductException">It cannot be made, or something else has its name.</exception>
    internal static bool MakeInside(string path, bool shared)
    {
        while (true)
        {
            if (Libc.Mkdir(path, OwnDirectoryMode) == 0)
            {
                // In a shared domain the group that new entries get comes from the directory around it.
                _ = shared ? Libc.Chmod(path, SharedDirectoryMode) : 0;
                return true;
            }

            int error = Libc.LastError;
            if (error == Libc.ENOENT)
            {
                return false;
            }

            if (error == Libc.EEXIST)
            {
                using SafeFileHandle? directory = DirectoryFiles.Open(path, Libc.O_RDONLY | Libc.O_DIRECTORY, 0, out error);
                if (directory is not null)
                {
                    return true;
                }

                if (error == Libc.ENOENT)
                {
                    // It was there, and somebody else removed it since.
                    continue;
                }
            }

            throw new ViaductException($"The directory '{path}' cannot be made or opened: {Libc.Describe(error)}.");
        }
    }

    private static string Default(bool shared)
    {
        if (shared)
        {
            return "/run/viaduct";
        }

        return NotEmpty(Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR")) is { } own
            ? Path.Join(own, "viaduct")
            : Path.Join(Path.GetTempPath(), $"viaduct-{Libc.Geteuid()}");
    }

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static string Octal(int permissions) => Convert.ToString(permissions, 8);
}
