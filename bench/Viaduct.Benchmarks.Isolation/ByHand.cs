using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Viaduct.Benchmarks.Isolation;

/// <summary>The same without Viaduct, as plainly as it can be: a child behind a Unix socket, started anew and asked again when the socket ends.</summary>
internal static class ByHand
{
    public const string Verb = "by-hand";
    public const string ChildVerb = "answer";

    /// <summary>Asks for the process's number; anything else is a victim's.</summary>
    private const int WhoAreYou = 0;

    /// <summary>The child: answers each number with its own process's.</summary>
    public static int Answer(string path)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(path));
        var fragile = new Fragile();
        Span<byte> message = stackalloc byte[sizeof(int)];
        while (socket.Receive(message) == message.Length)
        {
            BitConverter.TryWriteBytes(message, fragile.Crash(BitConverter.ToInt32(message)));
            socket.Send(message);
        }

        return 0;
    }

    public static List<TimeSpan> Measure(int count)
    {
        string path = Path.Combine(Path.GetTempPath(), "by-hand-" + Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        (Process child, Socket socket) = Start(listener, path);
        List<TimeSpan> times = [];
        for (int i = -1; i < count; i++)
        {
            int victim = Ask(socket, WhoAreYou) ?? throw new InvalidOperationException("the child has gone");
            long began = Stopwatch.GetTimestamp();
            if (Ask(socket, victim) is not null)
            {
                throw new InvalidOperationException("the process has survived its crash");
            }

            socket.Dispose();
            child.Dispose();
            (child, socket) = Start(listener, path);
            Ask(socket, victim);
            TimeSpan time = Stopwatch.GetElapsedTime(began);
            if (i >= 0)
            {
                times.Add(time);
            }
        }

        socket.Dispose();
        child.WaitForExit();
        child.Dispose();
        File.Delete(path);
        return times;
    }

    /// <summary>The answer; null when the child has gone.</summary>
    private static int? Ask(Socket socket, int number)
    {
        Span<byte> message = stackalloc byte[sizeof(int)];
        BitConverter.TryWriteBytes(message, number);
        try
        {
            socket.Send(message);
            return socket.Receive(message) == message.Length ? BitConverter.ToInt32(message) : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private static (Process Child, Socket Socket) Start(Socket listener, string path)
    {
        string host = Environment.ProcessPath ?? throw new InvalidOperationException("the path of this program is not known");
        Process child = Process.Start(new ProcessStartInfo(host, [typeof(ByHand).Assembly.Location, ChildVerb, path]))
            ?? throw new InvalidOperationException("the child did not start");
        return (child, listener.Accept());
    }
}
