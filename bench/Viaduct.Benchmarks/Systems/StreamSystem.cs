using System.Diagnostics;
using System.IO.Pipes;
using System.Net;
using System.Net.Sockets;
using Viaduct.Benchmarks.Plan;
using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>A byte stream of .NET's own: Unix socket, named pipe or TCP. Side A listens, side B connects.</summary>
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
        Stream stream = _arguments.System == PipeKey ? OpenPipe(role) : OpenSocket(role);
        var content = new Content(_arguments.Touched);
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

    private NetworkStream OpenSocket(Role role)
    {
        bool tcp = _arguments.System == TcpKey;
        EndPoint address = tcp
            ? new IPEndPoint(IPAddress.Loopback, _arguments.PortA)
            : new UnixDomainSocketEndPoint(Path.Combine(_arguments.Directory, "socket"));
        using var socket = NewSocket(address);
        Socket connected;
        if (role == Role.A)
        {
            socket.Bind(address);
            socket.Listen(1);
            connected = socket.Accept();
        }
        else
        {
            connected = Connect(address);
        }

        if (tcp)
        {
            connected.NoDelay = true;
        }

        return new NetworkStream(connected, ownsSocket: true);
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
}
