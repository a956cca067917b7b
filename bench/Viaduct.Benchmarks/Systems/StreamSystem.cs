using System.Diagnostics;
using System.IO.Pipes;
using System.Net;
using System.Net.Sockets;
using Viaduct.Benchmarks.Plan;
using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>A byte stream of .NET's own: Unix socket, named pipe or TCP; of sockets one for each call that is under way at a time. Side A listens, side B connects.</summary>
internal sealed class StreamSystem : IBenchSystem
{
    public const string UnixKey = "unix";
    public const string PipeKey = "pipe";
    public const string TcpKey = "tcp";

    private static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(10);

    private readonly WorkerArguments _arguments;

    public StreamSystem(WorkerArguments arguments)
    {
        _arguments = arguments;
    }

    public Side Open(Role role)
    {
        var content = new Content(_arguments.Touched);
        if (_arguments.Variant.Calls > 0)
        {
            NetworkStream[] streams = OpenSockets(role, _arguments.Variant.Calls);
            return new ConcurrentSide<StreamAsyncEnd, int>(role, streams.Select(one => new StreamAsyncEnd(one, _arguments.Size, content)), new Several(streams));
        }

        Stream stream = _arguments.System == PipeKey ? OpenPipe(role) : OpenSockets(role, 1)[0];
        return _arguments.Wait == WaitKind.Async
            ? new AsyncSide<StreamAsyncEnd, int>(role, new StreamAsyncEnd(stream, _arguments.Size, content), stream)
            : new SyncSide<StreamEnd>(role, new StreamEnd(stream, _arguments.Size, content), stream);
    }

    public void Dispose()
    {
    }

    private PipeStream OpenPipe(Role role)
    {
        string path = Path.Combine(_arguments.Directory, "pipe");
        if (role == Role.A)
        {
            var server = new NamedPipeServerStream(
                path, PipeDirection.InOut, maxNumberOfServerInstances: 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous);
            server.WaitForConnection();
            return server;
        }

        var client = new NamedPipeClientStream(".", path, PipeDirection.InOut, PipeOptions.Asynchronous);
        client.Connect(s_connectTimeout);
        return client;
    }

    private NetworkStream[] OpenSockets(Role role, int count)
    {
        bool tcp = _arguments.System == TcpKey;
        EndPoint address = tcp
            ? new IPEndPoint(IPAddress.Loopback, _arguments.PortA)
            : new UnixDomainSocketEndPoint(Path.Combine(_arguments.Directory, "socket"));
        using var socket = NewSocket(address);
        if (role == Role.A)
        {
            socket.Bind(address);
            socket.Listen(count);
        }

        var streams = new NetworkStream[count];
        for (int i = 0; i < count; i++)
        {
            Socket connected = role == Role.A ? socket.Accept() : Connect(address);
            if (tcp)
            {
                connected.NoDelay = true;
            }

            streams[i] = new NetworkStream(connected, ownsSocket: true);
        }

        return streams;
    }

    // The other side may not listen yet.
    private static Socket Connect(EndPoint address)
    {
        long began = Stopwatch.GetTimestamp();
        for (; ; )
        {
            Socket socket = NewSocket(address);
            try
            {
                socket.Connect(address);
                return socket;
            }
            catch (SocketException) when (Stopwatch.GetElapsedTime(began) < s_connectTimeout)
            {
                socket.Dispose();
                Thread.Sleep(TimeSpan.FromMilliseconds(5));
            }
        }
    }

    private static Socket NewSocket(EndPoint address) =>
        address is IPEndPoint
            ? new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
            : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    private sealed class Several(IReadOnlyList<NetworkStream> streams) : IDisposable
    {
        public void Dispose()
        {
            foreach (NetworkStream stream in streams)
            {
                stream.Dispose();
            }
        }
    }
}
