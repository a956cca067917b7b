using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Viaduct.ChildPeer;

/// <summary>What a confined child may try; each prints what came of it.</summary>
internal static partial class Attempts
{
    public static int Run(string[] attempt)
    {
        Console.WriteLine(Outcome(attempt));
        return 0;
    }

    private static string Outcome(string[] attempt)
    {
        try
        {
            return attempt switch
            {
                ["peek", string process, string address, string length] => Peek(process, long.Parse(address, CultureInfo.InvariantCulture), int.Parse(length, CultureInfo.InvariantCulture)),
                ["read", string path] => $"read {File.ReadAllText(path).Length}",
                ["list", string path] => $"listed {Directory.EnumerateFileSystemEntries(path).Count()}",
                ["write", string path] => Write(path),
                ["delete", string path] => Delete(path),
                ["mode", string path] => Mode(path),
                ["connect", string port] => Connect(int.Parse(port, CultureInfo.InvariantCulture)),
                ["listen"] => Listen(),
                ["unix", string path] => Unix(path),
                ["abstract", string name] => Unix("\0" + name),
                ["socket", string family] => MakeSocket(int.Parse(family, CultureInfo.InvariantCulture), 2, 0) >= 0 ? "made" : Error(),
                ["start"] => Start(),
                ["fork"] => Call(57, 0),
                ["call", string number] => Call(int.Parse(number, CultureInfo.InvariantCulture), 0),
                ["nonsense", string number] => Nonsense(int.Parse(number, CultureInfo.InvariantCulture)),
                ["kill", string process] => Kill(int.Parse(process, CultureInfo.InvariantCulture), 0) == 0 ? "signalled" : Error(),
                ["shared", string key] => SharedMemory(int.Parse(key, CultureInfo.InvariantCulture), 0, 0) >= 0 ? "found" : Error(),
                ["queue", string name] => OpenQueue(name, 0) >= 0 ? "found" : Error(),
                ["group"] => Call(109, 0),
                ["limits", string process] => Limits(int.Parse(process, CultureInfo.InvariantCulture)),
                ["memory", string megabytes] => Memory(int.Parse(megabytes, CultureInfo.InvariantCulture)),
                ["native", string megabytes] => Native(int.Parse(megabytes, CultureInfo.InvariantCulture)),
                ["spin"] => Spin(),
                ["files", string count] => Files(int.Parse(count, CultureInfo.InvariantCulture)),
                ["length", string path, string bytes] => Length(path, long.Parse(bytes, CultureInfo.InvariantCulture)),
                ["status"] => Status(),
                ["interfaces"] => string.Join(' ', Interfaces()),
                ["work"] => Work(),
                _ => "what?",
            };
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return $"denied {error.GetType().Name}: {error.Message}";
        }
        catch (OutOfMemoryException)
        {
            return "denied OutOfMemoryException";
        }
    }

    private static string Write(string path)
    {
        File.WriteAllText(path, "written");
        return "written";
    }

    private static string Delete(string path)
    {
        File.Delete(path);
        return "deleted";
    }

    private static string Mode(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return "changed";
    }

    private static string Connect(int port)
    {
        using TcpClient client = new();
        client.Connect(IPAddress.Loopback, port);
        return "connected";
    }

    private static string Listen()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return "listening";
    }

    private static string Unix(string path)
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(path));
        return "connected";
    }

    private static string Start()
    {
        using Process process = Process.Start("true");
        process.WaitForExit();
        return "started";
    }

    /// <summary>A system call with arguments that do no harm.</summary>
    private static string Call(int number, nint argument)
    {
        nint result = SystemCall(number, argument, 0, 0, 0, 0, 0);
        if (result == 0 && number == 57)
        {
            ExitNow(0);
        }

        return result >= 0 ? "called" : Error();
    }

    /// <summary>A system call with arguments that each kernel refuses, but for lack of rights only where it looks at them first.</summary>
    private static string Nonsense(int number) => SystemCall(number, -1, -1, -1, -1, -1, -1) >= 0 ? "called" : Error();

    /// <summary>Reads the memory of another process.</summary>
    private static string Peek(string process, long address, int length)
    {
        byte[] bytes = new byte[length];
        using FileStream memory = new($"/proc/{process}/mem", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        RandomAccess.Read(memory.SafeFileHandle, bytes, address);
        return $"read {Encoding.ASCII.GetString(bytes)}";
    }

    /// <summary>The names of this process's network; /sys shows that of whoever mounted it.</summary>
    private static IEnumerable<string> Interfaces() => File.ReadLines("/proc/self/net/dev").Skip(2).Select(static line => line.Split(':')[0].Trim()).Order(StringComparer.Ordinal);

    private static unsafe string Limits(int process)
    {
        ulong* limits = stackalloc ulong[2] { 0, 0 };
        return SetLimits(process, 4, limits, null) == 0 ? "limited" : Error();
    }

    private static string Memory(int megabytes)
    {
        List<byte[]> kept = [];
        for (int i = 0; i < megabytes; i++)
        {
            byte[] block = new byte[1 << 20];
            block.AsSpan().Fill(1);
            kept.Add(block);
        }

        return $"allocated {kept.Count}";
    }

    private static unsafe string Native(int megabytes)
    {
        for (int i = 0; i < megabytes; i++)
        {
            new Span<byte>(NativeMemory.Alloc(1 << 20), 1 << 20).Fill(1);
        }

        return $"allocated {megabytes}";
    }

    private static string Spin()
    {
        Parallel.For(0, 2, static _ =>
        {
            while (true)
            {
            }
        });
        return "unreachable";
    }

    private static string Files(int count)
    {
        List<FileStream> files = [];
        for (int i = 0; i < count; i++)
        {
            files.Add(File.OpenRead("/dev/null"));
        }

        return $"opened {files.Count}";
    }

    private static string Length(string path, long bytes)
    {
        using FileStream file = new(path, FileMode.Create);
        file.SetLength(bytes);
        return "lengthened";
    }

    private static string Status() =>
        string.Join(' ', File.ReadAllLines("/proc/self/status").Where(line => line.StartsWith("NoNewPrivs", StringComparison.Ordinal)
            || line.StartsWith("Seccomp:", StringComparison.Ordinal) || line.StartsWith("CapEff", StringComparison.Ordinal)));

    /// <summary>What a computing child does: threads, timers, the pool, the collector, the compiler, numbers.</summary>
    private static string Work()
    {
        long sum = 0;
        Parallel.For(0, 1000, number => Interlocked.Add(ref sum, number));
        Task.Delay(1).Wait();
        GC.Collect();
        Thread thread = new(() => sum++);
        thread.Start();
        thread.Join();
        return $"worked {sum} {DateTime.Now.Year > 2000} {Guid.NewGuid() != Guid.Empty}";
    }

    private static string Error()
    {
        int error = Marshal.GetLastPInvokeError();
        return $"denied errno {error}";
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint a, nint b, nint c, nint d, nint e, nint f);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "shmget", SetLastError = true)]
    private static partial int SharedMemory(int key, nuint size, int flags);

    [LibraryImport("libc", EntryPoint = "mq_open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenQueue(string name, int flags);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int MakeSocket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "prlimit", SetLastError = true)]
    private static unsafe partial int SetLimits(int process, int resource, ulong* limits, ulong* old);

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitNow(int code);
}
