using Viaduct.Discovery;
using Viaduct.Nodes;

namespace Viaduct;

/// <content>The factory of sockets.</content>
public sealed partial class Node
{
    /// <summary>Opens a producer: each of its messages goes to one consumer.</summary>
    /// <typeparam name="T">The type of the messages.</typeparam>
    /// <param name="channel">The channel.</param>
    /// <param name="options">Options; null = all defaults.</param>
    /// <returns>The socket. Dispose it to close it.</returns>
    /// <exception cref="ArgumentException">The channel or an option is wrong.</exception>
    /// <exception cref="InvalidOperationException">Messages of this type need a codec, or the channel's context needs what this node was not given.</exception>
    /// <exception cref="RoleTakenException">The topology allows one producer, and there is one.</exception>
    /// <exception cref="ChannelMismatchException">A socket of this process has another idea of this channel.</exception>
    /// <exception cref="PlatformNotSupportedException">The channel's context needs Linux.</exception>
    /// <exception cref="ObjectDisposedException">The node has left.</exception>
    public Producer<T> OpenProducer<T>(ChannelSpec<T> channel, ProducerOptions? options = null) =>
        Open(channel, options ?? new ProducerOptions(), checkedOptions => new Producer<T>(this, channel, checkedOptions));

    /// <summary>Opens a consumer: it gets some of the producers' messages.</summary>
    /// <typeparam name="T">The type of the messages.</typeparam>
    /// <param name="channel">The channel.</param>
    /// <param name="options">Options; null = all defaults.</param>
    /// <returns>The socket. Dispose it to close it.</returns>
    /// <inheritdoc cref="OpenProducer" path="/exception"/>
    public Consumer<T> OpenConsumer<T>(ChannelSpec<T> channel, ConsumerOptions? options = null) =>
        Open(channel, options ?? new ConsumerOptions(), checkedOptions => new Consumer<T>(this, channel, checkedOptions));

    /// <summary>Opens a publisher: each of its messages goes to all subscribers.</summary>
    /// <typeparam name="T">The type of the messages.</typeparam>
    /// <param name="channel">The channel.</param>
    /// <param name="options">Options; null = all defaults.</param>
    /// <returns>The socket. Dispose it to close it.</returns>
    /// <inheritdoc cref="OpenProducer" path="/exception"/>
    public Publisher<T> OpenPublisher<T>(ChannelSpec<T> channel, PublisherOptions? options = null) =>
        Open(channel, options ?? new PublisherOptions(), checkedOptions => new Publisher<T>(this, channel, checkedOptions));

    /// <summary>Opens a subscriber: it gets all of the publishers' messages.</summary>
    /// <typeparam name="T">The type of the messages.</typeparam>
    /// <param name="channel">The channel.</param>
    /// <param name="options">Options; null = all defaults.</param>
    /// <returns>The socket. Dispose it to close it.</returns>
    /// <inheritdoc cref="OpenProducer" path="/exception"/>
    public Subscriber<T> OpenSubscriber<T>(ChannelSpec<T> channel, SubscriberOptions? options = null) =>
        Open(channel, options ?? new SubscriberOptions(), checkedOptions => new Subscriber<T>(this, channel, checkedOptions));

    /// <summary>Opens a client: it calls servers.</summary>
    /// <typeparam name="TRequest">The type of the requests.</typeparam>
    /// <typeparam name="TReply">The type of the replies.</typeparam>
    /// <param name="channel">The channel.</param>
    /// <param name="options">Options; null = all defaults.</param>
    /// <returns>The socket. Dispose it to close it.</returns>
    /// <inheritdoc cref="OpenProducer" path="/exception"/>
    public Client<TRequest, TReply> OpenClient<TRequest, TReply>(CallSpec<TRequest, TReply> channel, ClientOptions? options = null) =>
        Open(channel, options ?? new ClientOptions(), checkedOptions => new Client<TRequest, TReply>(this, channel, checkedOptions));

    /// <summary>Opens a server: it answers clients.</summary>
    /// <typeparam name="TRequest">The type of the requests.</typeparam>
    /// <typeparam name="TReply">The type of the replies.</typeparam>
    /// <param name="channel">The channel.</param>
    /// <param name="options">Options; null = all defaults.</param>
    /// <returns>The socket. Dispose it to close it.</returns>
    /// <inheritdoc cref="OpenProducer" path="/exception"/>
    public Server<TRequest, TReply> OpenServer<TRequest, TReply>(CallSpec<TRequest, TReply> channel, ServerOptions? options = null) =>
        Open(channel, options ?? new ServerOptions(), checkedOptions => new Server<TRequest, TReply>(this, channel, checkedOptions));

    /// <summary>The socket of that identity.</summary>
    internal ChannelSocket? FindSocket(Guid id)
    {
        lock (_lock)
        {
            return _sockets.TryGetValue(id, out ChannelSocket? socket) ? socket : null;
        }
    }

    /// <summary>The sockets that listen for other machines, or for processes of this one.</summary>
    internal ChannelSocket[] Listeners(bool remote)
    {
        lock (_lock)
        {
            return [.. _sockets.Values.Where(socket => !socket.Connects && (remote ? IsRemote(socket.Channel) : IsLocal(socket.Channel)))];
        }
    }

    /// <summary>Takes a socket that is about to close out of every directory.</summary>
    internal void Withdraw(ChannelSocket socket)
    {
        LocalHub.Remove(_place, socket);
        IDisposable? watch;
        bool holdsRole;
        lock (_lock)
        {
            _watches.Remove(socket.Id, out watch);
            holdsRole = _roles.Remove(socket.Id);
        }

        watch?.Dispose();
        if (_directory is { } directory)
        {
            if (!socket.Connects && IsLocal(socket.Channel))
            {
                directory.Withdraw(RegistrationOf(socket));
            }

            if (holdsRole)
            {
                directory.ReleaseRole(socket.Channel.Name, RoleOf(socket), socket.Id);
            }
        }

        if (!socket.Connects)
        {
            foreach (Session session in SessionsFor(socket.Channel))
            {
                session.Withdraw(socket.Id);
            }
        }
    }

    /// <summary>A socket is closed.</summary>
    internal void Forget(ChannelSocket socket)
    {
        lock (_lock)
        {
            _sockets.Remove(socket.Id);
        }

        Raise(new NodeEvent(NodeEventKind.SocketClosed, $"The {socket.Role} of '{socket.Channel.Name}' was closed.", socket.Channel.Name));
    }

    private static bool IsLocal(ChannelSpec channel) => channel.Context is Context.Auto or Context.LocalProcess;

    private static bool IsRemote(ChannelSpec channel) => channel.Context is Context.Auto or Context.DistributedProcess;

    /// <summary>Roles are claimed for the side, so that a producer and a publisher of one channel exclude each other too.</summary>
    private static string RoleOf(ChannelSocket socket) => socket.Connects ? "sender" : "receiver";

    private Registration RegistrationOf(ChannelSocket socket) => new(
        socket.Channel.Name, socket.Id, Id, socket.Role, socket.Pattern, socket.Channel.Topology, socket.Channel.Capacity, socket.Channel.ShortSchema);

    private TSocket Open<TSocket, TOptions>(ChannelSpec channel, TOptions options, Func<TOptions, TSocket> create)
        where TSocket : ChannelSocket
        where TOptions : SocketOptions
    {
        ArgumentNullException.ThrowIfNull(channel);
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        channel.Validate();
        options.Validate();
        RequireContext(channel);
        TSocket socket = create(options);
        if (channel.History > 0 && socket.Pattern != Pattern.PublishSubscribe)
        {
            throw new ArgumentException($"Channel '{channel.Name}': History is {channel.History}, but only publishers keep one; a {socket.Role} needs 0.", nameof(channel));
        }

        lock (_lock)
        {
            _sockets.Add(socket.Id, socket);
        }

        try
        {
            Register(socket);
        }
        catch (Exception error)
        {
            lock (_lock)
            {
                _sockets.Remove(socket.Id);
            }

            Withdraw(socket);
            socket.Abort();
            throw error is RoleTakenException taken ? new RoleTakenException(channel.Name, socket.Role, taken.Holder) : error;
        }

        if (_disposed != 0)
        {
            socket.Dispose();
            ObjectDisposedException.ThrowIf(true, this);
        }

        Raise(new NodeEvent(NodeEventKind.SocketOpened, $"A {socket.Role} of '{channel.Name}' was opened.", channel.Name));
        return socket;
    }

    private void RequireContext(ChannelSpec channel)
    {
        if (channel.Context == Context.LocalProcess)
        {
            Platform.RequireLinux($"Channel '{channel.Name}': Context.LocalProcess");
            if (_directory is null)
            {
                throw new InvalidOperationException($"Channel '{channel.Name}': Context.LocalProcess needs NodeOptions.LocalDiscovery, which is off.");
            }
        }

        if (channel.Context == Context.DistributedProcess && !MeetsMachines)
        {
            throw new InvalidOperationException(
                $"Channel '{channel.Name}': Context.DistributedProcess needs a node with NodeOptions.Listen, NodeOptions.Peers or NodeOptions.NameService.");
        }
    }

    private void Register(ChannelSocket socket)
    {
        ChannelSpec channel = socket.Channel;
        bool one = socket.Connects ? channel.HasOneSender : channel.HasOneReceiver;
        if (one && _directory is not null && channel.Context != Context.Thread)
        {
            _directory.ClaimRole(channel.Name, RoleOf(socket), socket.Id);
            lock (_lock)
            {
                _roles.Add(socket.Id);
            }
        }

        LocalHub.Add(_place, socket);
        if (channel.Context == Context.Thread)
        {
            return;
        }

        if (!socket.Connects)
        {
            if (_directory is not null && IsLocal(channel))
            {
                _directory.Register(RegistrationOf(socket));
            }

            foreach (Session session in SessionsFor(channel))
            {
                session.Announce(socket);
            }

            return;
        }

        if (_directory is not null && IsLocal(channel))
        {
            // Watch first, look afterwards: who comes in between is seen twice rather than never.
            IDisposable watch = _directory.Watch(channel.Name, () => Reconcile(channel.Name));
            lock (_lock)
            {
                _watches[socket.Id] = watch;
            }
        }

        Reconcile(channel.Name);
    }
}
