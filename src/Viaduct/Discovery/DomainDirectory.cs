using Microsoft.Win32.SafeHandles;
using Viaduct.Linux;

namespace Viaduct.Discovery;

/// <summary>One domain's part of the runtime directory: what lies where, and who lives. Thread-safe.</summary>
/// <remarks>
/// <code>
/// nodes/NODE                   a node's life file: locked (flock) as long as it lives; the kernel drops the lock with the process
/// nodes/NODE.sock              where it is connected to
/// channels/CHANNEL/SOCKET.NODE a registration
/// channels/CHANNEL/ROLE.role   who has an exclusive role, while its node lives
/// wake.sock                    where a service manager listens, if one does: who finds nobody to send to connects to it
/// </code>
/// A name that starts with a dot is not finished yet.
/// </remarks>
internal sealed class DomainDirectory
{
    private DomainDirectory(string path, bool shared)
    {
        Shared = shared;
        DomainPath = path;
        NodesPath = Path.Join(path, "nodes");
        ChannelsPath = Path.Join(path, "channels");
        WakePath = Path.Join(path, "wake.sock");
    }

    /// <summary>Whether users share it.</summary>
    internal bool Shared { get; }

    internal string DomainPath { get; }

    internal string NodesPath { get; }

    internal string ChannelsPath { get; }

    internal string WakePath { get; }

    /// <summary>The permissions of a file in it.</summary>
    internal uint FileMode => Shared ? RuntimeDirectory.SharedFileMode : RuntimeDirectory.OwnFileMode;

    /// <summary>Makes and verifies what is not there yet.</summary>
    /// <exception cref="ViaductException">The runtime directory cannot be trusted or made.</exception>
    internal static DomainDirectory Open(string? runtimeDirectory, string domain, bool shared)
    {
        string root = RuntimeDirectory.Resolve(runtimeDirectory, shared);
        RuntimeDirectory.Prepare(root, shared);
        string path = Path.Join(root, EntryName.Encode(domain));
        DomainDirectory directory = new(path, shared);
        foreach (string part in (ReadOnlySpan<string>)[path, directory.NodesPath, directory.ChannelsPath])
        {
            if (!RuntimeDirectory.MakeInside(part, shared))
            {
                throw new ViaductException($"The runtime directory '{root}' was removed while it was opened.");
            }
        }

        return directory;
    }

    /// <summary>The places only; neither makes nor verifies anything.</summary>
    internal static DomainDirectory At(string? runtimeDirectory, string domain, bool shared) =>
        new(Path.Join(RuntimeDirectory.Resolve(runtimeDirectory, shared), EntryName.Encode(domain)), shared);

    /// <summary>Looks without making anything; null if there is no such domain.</summary>
    /// <exception cref="ViaductException">The runtime directory cannot be trusted.</exception>
    internal static DomainDirectory? OpenExisting(string? runtimeDirectory, string domain, bool shared)
    {
        string root = RuntimeDirectory.Resolve(runtimeDirectory, shared);
        return RuntimeDirectory.Verify(root, shared) ? new DomainDirectory(Path.Join(root, EntryName.Encode(domain)), shared) : null;
    }

    internal string LifePath(Guid nodeId) => Path.Join(NodesPath, EntryName.Of(nodeId));

    internal string TemporaryLifePath(Guid nodeId) => Path.Join(NodesPath, $".{EntryName.Of(nodeId)}");

    internal string SocketPath(Guid nodeId) => Path.Join(NodesPath, $"{EntryName.Of(nodeId)}.sock");

    internal string ChannelPath(string channel) => Path.Join(ChannelsPath, EntryName.Encode(channel));

    /// <summary>Makes a channel's directory if it is not there.</summary>
    internal void EnsureChannel(string channel)
    {
        if (!RuntimeDirectory.MakeInside(ChannelPath(channel), Shared))
        {
            throw new ViaductException($"The directory '{ChannelsPath}' was removed.");
        }
    }

    /// <summary>Whether a node lives, by its lock. What cannot be found out (no descriptors left) counts as life: nothing of it is removed.</summary>
    internal bool IsAlive(Guid nodeId) => IsLocked(LifePath(nodeId));

    /// <summary>The nodes that live; what dead ones left is removed.</summary>
    internal IReadOnlyList<LocalNode> Nodes()
    {
        List<LocalNode> nodes = [];
        bool dead = false;
        foreach (string name in DirectoryFiles.Names(NodesPath))
        {
            if (name.Length != 32 || !EntryName.TryReadNode(name, out Guid id))
            {
                continue;
            }

            if (!IsAlive(id))
            {
                dead = true;
            }
            else if (DirectoryFiles.Read(LifePath(id), NodeFile.Read) is { } file && file.Id == id)
            {
                nodes.Add(new LocalNode(id, file.Name, file.Pid, SocketPath(id)));
            }
        }

        if (dead)
        {
            CleanUp();
        }

        return nodes;
    }

    /// <summary>Removes all that dead nodes left. Any number of processes may do so at the same time.</summary>
    internal void CleanUp()
    {
        Dictionary<Guid, List<string>> left = [];
        Dictionary<Guid, bool> lives = [];
        foreach (string name in DirectoryFiles.Names(NodesPath))
        {
            if (!EntryName.TryReadNode(name, out Guid id))
            {
                continue;
            }

            if (name == $".{EntryName.Of(id)}")
            {
                // A node that is just starting, perhaps not yet at its lock: it says nothing of that node. One that starts and
                // finds its file gone makes it again; one that died while it started has nothing else here.
                string temporary = TemporaryLifePath(id);
                _ = IsLocked(temporary) ? 0 : Libc.Unlink(temporary);
                continue;
            }

            if (!lives.TryGetValue(id, out bool alive))
            {
                // Whatever else is here came after the node's life began, and identities are not used twice: dead is dead for ever.
                alive = IsAlive(id);
                lives.Add(id, alive);
            }

            if (!alive)
            {
                (left.TryGetValue(id, out List<string>? names) ? names : left[id] = []).Add(name);
            }
        }

        if (left.Count == 0)
        {
            return;
        }

        foreach (string name in DirectoryFiles.Names(ChannelsPath))
        {
            CleanUpChannel(Path.Join(ChannelsPath, name), lives);
        }

        // The life files go last: if this process dies here, they are what makes the next one clean up.
        foreach ((Guid id, List<string> names) in left)
        {
            foreach (string name in names)
            {
                _ = Libc.Unlink(Path.Join(NodesPath, name));
            }

            _ = Libc.Unlink(LifePath(id));
        }
    }

    /// <summary>Removes a channel's directory if nothing is in it, and unless somebody uses it just now.</summary>
    internal static void RemoveIfEmpty(string channelPath)
    {
        // Only under the lock, so that nobody who claims a role loses the directory under the claim.
        using ChannelLock? held = ChannelLock.TryTakeNow(channelPath);
        if (held is not null)
        {
            _ = Libc.Rmdir(channelPath);
        }
    }

    private void CleanUpChannel(string path, Dictionary<Guid, bool> lives)
    {
        bool Lives(Guid id)
        {
            if (!lives.TryGetValue(id, out bool alive))
            {
                alive = IsAlive(id);
                lives.Add(id, alive);
            }

            return alive;
        }

        foreach (string name in DirectoryFiles.Names(path))
        {
            if (EntryName.TryReadRegistration(name, out _, out Guid nodeId))
            {
                if (!Lives(nodeId))
                {
                    _ = Libc.Unlink(Path.Join(path, name));
                }
            }
            else if (name.EndsWith(EntryName.RoleSuffix, StringComparison.Ordinal))
            {
                using ChannelLock? held = ChannelLock.TryTakeNow(path);
                string file = Path.Join(path, name);
                if (held is not null
                    && DirectoryFiles.Read(file, RoleClaim.Read) is var claim
                    && (claim is null || !IsAlive(claim.NodeId)))
                {
                    _ = Libc.Unlink(file);
                }
            }
        }

        RemoveIfEmpty(path);
    }

    /// <summary>Whether somebody holds a life file's lock.</summary>
    private static bool IsLocked(string path)
    {
        using SafeFileHandle? file = DirectoryFiles.Open(path, Libc.O_RDONLY, 0, out int error);

        // Shared, so that two who look at the same time do not take each other for the node.
        return file is null ? error != Libc.ENOENT : !DirectoryFiles.TryLock(file, exclusive: false);
    }
}
