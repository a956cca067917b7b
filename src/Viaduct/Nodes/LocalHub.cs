namespace Viaduct.Nodes;

/// <summary>
/// The sockets of this process, by where their nodes meet (runtime directory and domain): sockets of one process find each other here,
/// without any call of the system. Thread-safe.
/// </summary>
internal static class LocalHub
{
    private static readonly Lock s_lock = new();
    private static readonly Dictionary<(string Place, string Channel), List<ChannelSocket>> s_meetings = [];

    /// <summary>Adds a socket, and links it with those of the process that it may reach directly.</summary>
    /// <exception cref="RoleTakenException">The topology allows one such socket, and there is one.</exception>
    /// <exception cref="ChannelMismatchException">Another socket of the process has another idea of this channel.</exception>
    public static void Add(string place, ChannelSocket socket)
    {
        lock (s_lock)
        {
            (string, string) meeting = (place, socket.Channel.Name);
            if (!s_meetings.TryGetValue(meeting, out List<ChannelSocket>? sockets))
            {
                s_meetings.Add(meeting, sockets = []);
            }

            List<ChannelSocket> others = [.. sockets];
            bool one = socket.Connects ? socket.Channel.HasOneSender : socket.Channel.HasOneReceiver;
            if (one && others.Find(other => other.Connects == socket.Connects) is { } holder)
            {
                throw new RoleTakenException(socket.Channel.Name, socket.Role, $"node '{holder.Node.Name}' of this process ({Environment.ProcessId})");
            }

            others.RemoveAll(other => other.Connects == socket.Connects || !MeetInProcess(socket, other));
            foreach (ChannelSocket other in others)
            {
                if (ChannelAgreement.Compare(socket, other) is { } mismatch)
                {
                    throw mismatch;
                }
            }

            sockets.Add(socket);
            try
            {
                foreach (ChannelSocket other in others)
                {
                    (ChannelSocket sender, ChannelSocket receiver) = socket.Connects ? (socket, other) : (other, socket);
                    sender.ConnectInProcess(receiver);
                }
            }
            catch
            {
                sockets.Remove(socket);
                throw;
            }
        }
    }

    /// <summary>Takes a socket out.</summary>
    public static void Remove(string place, ChannelSocket socket)
    {
        lock (s_lock)
        {
            (string, string) meeting = (place, socket.Channel.Name);
            if (s_meetings.TryGetValue(meeting, out List<ChannelSocket>? sockets))
            {
                sockets.Remove(socket);
                if (sockets.Count == 0)
                {
                    s_meetings.Remove(meeting);
                }
            }
        }
    }

    /// <summary>Whether that socket is one of this process that the given one is linked with directly.</summary>
    public static bool Reaches(string place, ChannelSocket socket, Guid other)
    {
        lock (s_lock)
        {
            return s_meetings.TryGetValue((place, socket.Channel.Name), out List<ChannelSocket>? sockets)
                && sockets.Find(candidate => candidate.Id == other) is { } found
                && MeetInProcess(socket, found);
        }
    }

    private static bool MeetInProcess(ChannelSocket a, ChannelSocket b) =>
        a.Channel.Context is Context.Auto or Context.Thread && b.Channel.Context is Context.Auto or Context.Thread;
}
