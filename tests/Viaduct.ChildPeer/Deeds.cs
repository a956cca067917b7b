using System.Collections;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Viaduct.Supervision;

namespace Viaduct.ChildPeer;

/// <summary>What a child does well or badly.</summary>
internal static partial class Deeds
{
    /// <summary>Every descriptor that was there when the program began, with what it is.</summary>
    public static int Descriptors()
    {
        foreach (string entry in System.IO.Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            Console.WriteLine($"{Path.GetFileName(entry)} {File.ResolveLinkTarget(entry, returnFinalTarget: false)?.Name}");
        }

        return 0;
    }

    public static int Environment()
    {
        foreach (DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
        {
            Console.WriteLine($"{variable.Key}={variable.Value}");
        }

        return 0;
    }

    public static int Directory()
    {
        Console.WriteLine(System.Environment.CurrentDirectory);
        return 0;
    }

    /// <summary>Dies by a signal that it sends to itself, whatever handler the runtime has for it.</summary>
    public static int Die(int signal)
    {
        Console.Error.WriteLine("last words");
        Console.Error.Flush();
        _ = SetHandler(signal, 0);
        _ = Kill(System.Environment.ProcessId, signal);
        Thread.Sleep(Timeout.Infinite);
        return 1;
    }

    public static int Sleep()
    {
        Console.WriteLine("ready");
        Thread.Sleep(Timeout.Infinite);
        return 1;
    }

    /// <summary>Takes no notice of SIGTERM, nor of the end of its socket.</summary>
    public static int Stubborn()
    {
        using PosixSignalRegistration ignored = PosixSignalRegistration.Create(PosixSignal.SIGTERM, static context => context.Cancel = true);
        return Sleep();
    }

    /// <summary>Starts a child of this kind, a program that knows nothing of parents, and one in the background of a shell; tells their numbers.</summary>
    public static int Family()
    {
        ChildProcess own = ChildProcess.Start(ChildProcessOptions.ForThisProgram("sleep"));
        ChildProcess foreign = ChildProcess.Start(new ChildProcessOptions("sleep", "1000"));
        ChildProcess shell = ChildProcess.Start(new ChildProcessOptions("sh", "-c", "sleep 1000 & echo $!; wait"));
        while (own.LastOutput.Count == 0 || shell.LastOutput.Count == 0)
        {
            Thread.Sleep(1);
        }

        Console.WriteLine($"{own.Id} {foreign.Id} {shell.Id} {shell.LastOutput[0]}");
        Thread.Sleep(Timeout.Infinite);
        return 1;
    }

    public static int Lines(int count)
    {
        using var output = new StreamWriter(Console.OpenStandardOutput());
        for (int number = 0; number < count; number++)
        {
            output.WriteLine(number);
        }

        return 0;
    }

    /// <summary>Writes without end, and without ending a line.</summary>
    public static int Flood()
    {
        using Stream output = Console.OpenStandardOutput();
        byte[] bytes = new byte[64 * 1024];
        bytes.AsSpan().Fill((byte)'x');
        while (true)
        {
            output.Write(bytes);
        }
    }

    /// <summary>Sends back what comes over the socket, until it ends.</summary>
    public static int Echo()
    {
        using Socket socket = new(ChildHost.TakeSocket()!);
        byte[] buffer = new byte[64];
        int count;
        while ((count = socket.ReceiveAsync(buffer).GetAwaiter().GetResult()) > 0)
        {
            socket.SendAsync(buffer.AsMemory(0, count)).AsTask().GetAwaiter().GetResult();
        }

        return 7;
    }

    /// <summary>Closes its socket, and lives on.</summary>
    public static int Silent()
    {
        ChildHost.TakeSocket()!.Dispose();
        return Sleep();
    }

    /// <summary>Does what other systems than Linux do.</summary>
    public static int Portable()
    {
        AppContext.SetSwitch("Viaduct.Portable", true);
        try
        {
            Console.WriteLine($"{ChildHost.IsChild} {ChildProcess.Start(new ChildProcessOptions("true"))}");
        }
        catch (PlatformNotSupportedException error)
        {
            Console.WriteLine(error.Message);
        }

        return 0;
    }

    /// <summary>Starts a child while no descriptor is left, and one afterwards; tells what came of both.</summary>
    public static int Exhausted()
    {
        // Before there is a lack: assemblies are files too, and the runtime does not survive one that it can't open.
        // Nor may the thread pool have anything to do meanwhile, which may need a thread.
        ChildProcess first = ChildProcess.Start(new ChildProcessOptions("true"));
        _ = first.Exited.GetAwaiter().GetResult().ToString();
        first.OutputEnded.Wait();
        string outcome = Outcome("/no/such/program");
        List<Microsoft.Win32.SafeHandles.SafeFileHandle> handles = [];
        try
        {
            while (handles.Count < 1 << 20)
            {
                handles.Add(File.OpenHandle("/dev/null"));
            }
        }
        catch (IOException)
        {
            // A start needs seven at once.
            handles.GetRange(handles.Count - 6, 6).ForEach(static handle => handle.Dispose());
        }

        outcome = Outcome("/bin/true");
        handles.ForEach(static handle => handle.Dispose());
        Console.WriteLine(outcome);
        Console.WriteLine($"afterwards {ChildProcess.Start(new ChildProcessOptions("true")).Exited.GetAwaiter().GetResult()}");
        return 0;
    }

    /// <summary>Starts a child with a network of its own, which it may not give; then one that must have it, and that would leave a mark.</summary>
    public static int Lesser(string mark)
    {
        Confinement asked = Confinement.None with { OwnNetwork = true };
        ChildProcess child = ChildProcess.Start(new ChildProcessOptions("true") { Confinement = asked });
        Console.WriteLine($"missing {child.Confinement.Missing}");
        try
        {
            ChildProcess.Start(new ChildProcessOptions("touch", mark) { Confinement = asked.Require() }).Exited.GetAwaiter().GetResult();
            return 1;
        }
        catch (ConfinementException error)
        {
            Console.WriteLine($"refused {error.Report.Missing}");
            return 0;
        }
    }

    /// <summary>Limits how many processes children may be among, and tells what is reported, and whether one of them starts another.</summary>
    public static int Crowd()
    {
        // A shell has one thread and starts nothing before its limit, which it is told, is there.
        const string Script = """
            until [ "$limit" = "$0" ]; do while read -r a b c d; do [ "$a$b" = Maxprocesses ] && limit=$c; done < /proc/self/limits; done
            /bin/true && echo started
            """;
        foreach (string limit in (ReadOnlySpan<string>)["1", "3000"])
        {
            Confinement confinement = Confinement.None with { Processes = int.Parse(limit, System.Globalization.CultureInfo.InvariantCulture) };
            ChildProcess child = ChildProcess.Start(new ChildProcessOptions("/bin/sh", ["-c", Script, limit]) { Confinement = confinement });
            child.OutputEnded.GetAwaiter().GetResult();
            Console.WriteLine($"{limit} {child.Confinement.Reached} {child.LastOutput.Any(static line => line.Text == "started")}");
        }

        try
        {
            ChildProcess.Start(new ChildProcessOptions("/bin/true") { Confinement = (Confinement.None with { Processes = 3000 }).Require() }).Exited.GetAwaiter().GetResult();
            Console.WriteLine("had");
        }
        catch (ConfinementException error)
        {
            Console.WriteLine($"refused {error.Report}");
        }

        return 0;
    }

    private static string Outcome(string program)
    {
        try
        {
            return ChildProcess.Start(new ChildProcessOptions(program)).Name;
        }
        catch (ChildStartException error)
        {
            return $"{error.GetType().Name} {error.ErrorCode}";
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetHandler(int signal, nint handler);
}
