using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Viaduct.Linux;

namespace Viaduct.Discovery;

/// <summary>The nodes and sockets of a domain on this machine, and this node's own entries among them; no daemon. Thread-safe.</summary>
internal sealed class LocalDirectory : IDisposable
{
    /// <summary>Attempts against others who clean up at the same moment.</summary>
    private const int Attempts = 100;

    private readonly Lock _gate = new();
    private readonly DomainDirectory _domain;
    private readonly NodeFile _self;

    /// <summary>The life file, whose lock is this node's life.</summary>
    private readonly SafeFileHandle _life;

    /// <summary>This node's registrations; under the lock.</summary>
    private readonly HashSet<Registration> _registrations = [];

    /// <summary>This node's roles; under the lock.</summary>
    private readonly HashSet<HeldRole> _roles = [];

    private bool _disposed;

    /// <summary>Opens the domain's directory, makes this node known in it, and removes what dead nodes left.</summary>
    /// <param name="runtimeDirectory">Null = the user's own; see <see cref="RuntimeDirectory.Resolve"/>.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="nodeId">This node; never used before.</param>
    /// <param name="nodeName">Its name for people.</param>
    /// <param name="shared">Whether users share the domain.</param>
    /// <exception cref="ViaductException">The runtime directory cannot be trusted or made.</exception>
    /// <exception cref="ArgumentException">Its path is too long for a socket.</exception>
    internal LocalDirectory(string? runtimeDirectory, string domain, Guid nodeId, string nodeName, bool shared)
    {
        UnixAddress.CheckPath(SocketPathOf(runtimeDirectory, domain, nodeId, shared));
        _domain = DomainDirectory.Open(runtimeDirectory, domain, shared);
        NodeId = nodeId;
        SocketPath = _domain.SocketPath(nodeId);
        _self = new NodeFile(nodeId, nodeName, Environment.ProcessId, ProcessStartTime());
        _life = BeginLife();
        _domain.CleanUp();
    }

    /// <summary>Where this node listens.</summary>
    internal string SocketPath { get; }

    /// <summary>This node.</summary>
    internal Guid NodeId { get; }

    /// <summary>The permissions that a socket at <see cref="SocketPath"/> needs.</summary>
    internal UnixFileMode SocketMode => (UnixFileMode)_domain.FileMode;

    /// <summary>The live nodes of a domain, for one who is no node; makes nothing.</summary>
    internal static IReadOnlyList<LocalNode> Survey(string? runtimeDirectory, string domain, bool shared) =>
        DomainDirectory.OpenExisting(runtimeDirectory, domain, shared)?.Nodes() ?? [];

    /// <summary>Where a node of a domain listens.</summary>
    internal static string SocketPathOf(string? runtimeDirectory, string domain, Guid nodeId, bool shared) =>
        DomainDirectory.At(runtimeDirectory, domain, shared).SocketPath(nodeId);

    /// <summary>Where a node of this domain listens.</summary>
    internal string SocketPathOf(Guid nodeId) => _domain.SocketPath(nodeId);

    /// <summary>Makes a socket of this node known.</summary>
    internal void Register(Registration r)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(r.NodeId, NodeId);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            string directory = _domain.ChannelPath(r.Channel);
            string name = EntryName.Of(r.SocketId, r.NodeId);
            for (int attempt = 0; ; attempt++)
            {
                // Whoever withdraws last removes the directory, perhaps just now: then it is made again.
                _domain.EnsureChannel(r.Channel);
                if (DirectoryFiles.TryPublish(
                    Path.Join(directory, $".{name}"), Path.Join(directory, name), r, _domain.FileMode))
                {
                    _registrations.Add(r);
                    return;
                }

                if (attempt > Attempts)
                {
                    throw new ViaductException($"Channel '{r.Channel}': the directory '{directory}' is removed again and again.");
                }
            }
        }
    }

    /// <summary>Takes a registration back; nothing if there is none.</summary>
    internal void Withdraw(Registration r)
    {
        lock (_gate)
        {
            if (_registrations.Remove(r))
            {
                Remove(r);
            }
        }
    }

    /// <summary>Takes an exclusive role for a socket of this node; it holds until it is released or this process ends.</summary>
    /// <exception cref="RoleTakenException">Another live socket has it.</exception>
    /// <exception cref="ViaductException">Another process blocks the channel's directory.</exception>
    internal void ClaimRole(string channel, string role, Guid socketId)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            using ChannelLock held = ChannelLock.Take(_domain, channel);
            string path = RolePath(channel, role);
            if (DirectoryFiles.Read(path, RoleClaim.Read) is { } claim
                && (claim.NodeId != NodeId || claim.SocketId != socketId)
                && _domain.IsAlive(claim.NodeId))
            {
                throw new RoleTakenException(channel, role, $"node '{claim.NodeName}' (process {claim.Pid})");
            }

            RoleClaim mine = new(NodeId, socketId, _self.Name, _self.Pid);
            string temporary = Path.Join(_domain.ChannelPath(channel), $".{EntryName.Of(socketId, NodeId)}");
            if (!DirectoryFiles.TryPublish(temporary, path, mine, _domain.FileMode))
            {
                throw new ViaductException($"Channel '{channel}': the directory '{_domain.ChannelPath(channel)}' was removed.");
            }

            _roles.Add(new HeldRole(channel, role, socketId));
        }
    }

    /// <summary>Gives a role back; nothing if the socket does not have it.</summary>
    internal void ReleaseRole(string channel, string role, Guid socketId)
    {
        lock (_gate)
        {
            if (_roles.Remove(new HeldRole(channel, role, socketId)))
            {
                Release(channel, role, socketId);
            }
        }
    }

    /// <summary>The live registrations of a channel, this node's own too; those of dead nodes are removed.</summary>
    internal IReadOnlyList<Registration> Find(string channel)
    {
        List<Registration> found = [];
        Dictionary<Guid, bool> lives = [];
        string directory = _domain.ChannelPath(channel);
        foreach (string name in DirectoryFiles.Names(directory))
        {
            if (name[0] == '.' || !EntryName.TryReadRegistration(name, out Guid socketId, out Guid nodeId))
            {
                continue;
            }

            if (!lives.TryGetValue(nodeId, out bool alive))
            {
                alive = IsAlive(nodeId);
                lives.Add(nodeId, alive);
            }

            string path = Path.Join(directory, name);
            if (!alive)
            {
                _ = Libc.Unlink(path);
            }
            else if (DirectoryFiles.Read(path, Registration.Read) is { } r
                && r.SocketId == socketId && r.NodeId == nodeId && r.Channel == channel && r.Capacity >= 0)
            {
                found.Add(r);
            }
        }

        return found;
    }

    /// <summary>Calls <paramref name="changed"/> on the poller's thread when registrations of a channel came or went (or perhaps did); it must not block.</summary>
    /// <remarks>The death of a process is no change of its entries; links tell of that. Watch first, then <see cref="Find"/>.</remarks>
    internal IDisposable Watch(string channel, Action changed)
    {
        string path = _domain.ChannelPath(channel);
        return DirectoryWatcher.Shared.Watch(path, () => _domain.EnsureChannel(channel), changed, () => DomainDirectory.RemoveIfEmpty(path));
    }

    /// <summary>
    /// Tells a service manager, if one listens for that, that somebody is wanted: it may start who will be found then. Connecting is all that there is to it. Never waits.
    /// </summary>
    internal void Wake()
    {
        try
        {
            UnixConnector.Connect(_domain.WakePath, waits: false).Dispose();
        }
        catch (System.Net.Sockets.SocketException)
        {
            // Nobody listens, which is usual; or very many have told it already.
        }
    }

    /// <summary>The live nodes of the domain, this one too; what dead ones left is removed.</summary>
    internal IReadOnlyList<LocalNode> Nodes() => _domain.Nodes();

    /// <summary>Whether a node of the domain lives.</summary>
    internal bool IsAlive(Guid nodeId) => nodeId == NodeId ? !Volatile.Read(ref _disposed) : _domain.IsAlive(nodeId);

    /// <summary>Removes this node's entries. Idempotent.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            foreach (Registration r in _registrations)
            {
                Remove(r);
            }

            foreach (HeldRole role in _roles)
            {
                Release(role.Channel, role.Name, role.SocketId);
            }

            // The name goes before the lock, so that nobody ever finds a life file without a lock that is not a dead node's.
            _ = Libc.Unlink(SocketPath);
            _ = Libc.Unlink(_domain.LifePath(NodeId));
            _life.Dispose();
        }
    }

    private void Remove(Registration r)
    {
        string directory = _domain.ChannelPath(r.Channel);
        _ = Libc.Unlink(Path.Join(directory, EntryName.Of(r.SocketId, r.NodeId)));
        DomainDirectory.RemoveIfEmpty(directory);
    }

    private void Release(string channel, string role, Guid socketId)
    {
        string path = RolePath(channel, role);
        try
        {
            using ChannelLock held = ChannelLock.Take(_domain, channel);
            if (DirectoryFiles.Read(path, RoleClaim.Read) is { } claim && claim.NodeId == NodeId && claim.SocketId == socketId)
            {
                _ = Libc.Unlink(path);
            }
        }
        catch (ViaductException)
        {
            // A stopped process holds the lock. The claim ends with this node's life at the latest.
        }

        DomainDirectory.RemoveIfEmpty(_domain.ChannelPath(channel));
    }

    private string RolePath(string channel, string role) => Path.Join(_domain.ChannelPath(channel), EntryName.Encode(role) + EntryName.RoleSuffix);

    /// <summary>Makes and locks the life file under a temporary name, then renames it: under its name it is never seen without the lock.</summary>
    private SafeFileHandle BeginLife()
    {
        string temporary = _domain.TemporaryLifePath(NodeId);
        for (int attempt = 0; ; attempt++)
        {
            SafeFileHandle file = DirectoryFiles.Open(temporary, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_EXCL, _domain.FileMode, out int error)
                ?? throw new ViaductException($"'{temporary}' cannot be made: {Libc.Describe(error)}.");
            try
            {
                // One who cleans up may look between the opening and the lock, and takes what it finds for left behind.
                if (DirectoryFiles.TryLock(file, exclusive: true))
                {
                    _ = Libc.Fchmod((int)file.DangerousGetHandle(), _domain.FileMode);
                    DirectoryFiles.Write(file, _self);
                    if (Libc.Rename(temporary, _domain.LifePath(NodeId)) == 0)
                    {
                        return file;
                    }
                }
            }
            catch
            {
                _ = Libc.Unlink(temporary);
                file.Dispose();
                throw;
            }

            _ = Libc.Unlink(temporary);
            file.Dispose();
            if (attempt > Attempts)
            {
                throw new ViaductException($"'{temporary}' is removed again and again.");
            }
        }
    }

    private static long ProcessStartTime()
    {
        try
        {
            // The second field is a name in brackets that may hold anything, so the fields are counted from its end: the third is first.
            string stat = File.ReadAllText("/proc/self/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return long.Parse(fields[19], CultureInfo.InvariantCulture);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException)
        {
            return 0;
        }
    }

    /// <summary>A role that a socket of this node has.</summary>
    private sealed record HeldRole(string Channel, string Name, Guid SocketId);
}
