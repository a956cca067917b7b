using System.Buffers;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Viaduct.Linux;

namespace Viaduct.Discovery;

/// <summary>Reading, writing and locking the small files of a directory that other processes change at the same time.</summary>
/// <remarks>Not by <see cref="FileStream"/>, which takes locks of its own on what it opens: they would look like a node's life.</remarks>
internal static unsafe class DirectoryFiles
{
    /// <summary>The largest file that is read, in bytes.</summary>
    private const int MaxSize = 64 * 1024;

    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = 4 };

    /// <summary>Opens without following a link at the end and without waiting for anybody (a pipe's other end).</summary>
    /// <returns>Null if that fails; the reason is in <paramref name="error"/>.</returns>
    internal static SafeFileHandle? Open(string path, int flags, uint mode, out int error)
    {
        int fd;
        do
        {
            fd = Libc.Open(path, flags | Libc.O_NOFOLLOW | Libc.O_NONBLOCK | Libc.O_CLOEXEC, mode);
            error = fd < 0 ? Libc.LastError : 0;
        }
        while (error == Libc.EINTR);
        return fd < 0 ? null : new SafeFileHandle(fd, ownsHandle: true);
    }

    /// <summary>Reads one value; null if the file is not there (any more), is no regular file, is too large or makes no sense.</summary>
    internal static T? Read<T>(string path, Func<JsonElement, T> read)
        where T : class, IDirectoryFile
    {
        using SafeFileHandle? file = Open(path, Libc.O_RDONLY, 0, out _);
        if (file is null)
        {
            return null;
        }

        int fd = (int)file.DangerousGetHandle();
        FileStatus status = FileStatus.Of(fd);
        if (!status.IsRegular || status.Size is 0 or > MaxSize)
        {
            return null;
        }

        byte[] content = new byte[status.Size];
        int length = 0;
        fixed (byte* first = content)
        {
            while (length < content.Length)
            {
                nint count = Libc.Read(fd, first + length, (nuint)(content.Length - length));
                if (count <= 0)
                {
                    break;
                }

                length += (int)count;
            }
        }

        try
        {
            return Parse(content.AsMemory(0, length), read);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Takes one value from a file's content.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="KeyNotFoundException">A property is missing.</exception>
    /// <exception cref="InvalidOperationException">It is no object, or a property is of another kind or no text.</exception>
    /// <exception cref="FormatException">A property makes no sense.</exception>
    internal static T Parse<T>(ReadOnlyMemory<byte> content, Func<JsonElement, T> read)
        where T : class, IDirectoryFile
    {
        using JsonDocument document = JsonDocument.Parse(content, s_options);
        return read(document.RootElement);
    }

    /// <summary>One value as a file's content.</summary>
    internal static ReadOnlySpan<byte> Format(IDirectoryFile value)
    {
        ArrayBufferWriter<byte> content = new();
        using (Utf8JsonWriter json = new(content))
        {
            json.WriteStartObject();
            value.Write(json);
            json.WriteEndObject();
        }

        return content.WrittenSpan;
    }

    /// <summary>Writes one value into an open file.</summary>
    internal static void Write(SafeFileHandle file, IDirectoryFile value)
    {
        ReadOnlySpan<byte> rest = Format(value);
        while (!rest.IsEmpty)
        {
            fixed (byte* first = rest)
            {
                nint count = Libc.Write((int)file.DangerousGetHandle(), first, (nuint)rest.Length);
                if (count < 0 && Libc.LastError != Libc.EINTR)
                {
                    throw Libc.Failure("A file of the runtime directory cannot be written", Libc.LastError);
                }

                rest = rest[(int)Math.Max(count, 0)..];
            }
        }
    }

    /// <summary>Makes a file whole: writes it under a temporary name and renames it.</summary>
    /// <returns>False if the directory is not there (any more).</returns>
    internal static bool TryPublish(string temporary, string path, IDirectoryFile value, uint mode)
    {
        _ = Libc.Unlink(temporary);
        using SafeFileHandle? file = Open(temporary, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_EXCL, mode, out int error);
        if (file is not null)
        {
            // Again, because the process's mask took bits off the mode.
            _ = Libc.Fchmod((int)file.DangerousGetHandle(), mode);
            Write(file, value);
            error = Libc.Rename(temporary, path) == 0 ? 0 : Libc.LastError;
        }

        return error switch
        {
            0 => true,
            Libc.ENOENT => false,
            _ => throw Libc.Failure($"'{path}' cannot be written", error),
        };
    }

    /// <summary>Takes a lock without waiting; false if somebody else has it. What is unclear counts as "somebody has it".</summary>
    internal static bool TryLock(SafeFileHandle file, bool exclusive)
    {
        int operation = (exclusive ? Libc.LOCK_EX : Libc.LOCK_SH) | Libc.LOCK_NB;
        int result;
        do
        {
            result = Libc.Flock((int)file.DangerousGetHandle(), operation);
        }
        while (result != 0 && Libc.LastError == Libc.EINTR);
        return result == 0;
    }

    /// <summary>The names in a directory; none if it is not there.</summary>
    internal static IReadOnlyList<string> Names(string directory)
    {
        try
        {
            List<string> names = [];
            foreach (string path in Directory.EnumerateFileSystemEntries(directory, "*", new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = true }))
            {
                names.Add(Path.GetFileName(path));
            }

            return names;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
