using System.Runtime.InteropServices;

namespace Viaduct.Tests.Rpc;

/// <summary>Dies as native code does: the C library reads where nothing is.</summary>
public sealed partial class Mishap : IMishap
{
    public int ProcessId() => Environment.ProcessId;

    public int Crash() => (int)LengthOf(1);

    public int CrashAgain() => Crash();

    public int CrashOnce(string file)
    {
        if (File.Exists(file))
        {
            return 7;
        }

        File.WriteAllText(file, "");
        return Crash();
    }

    public void Perish() => Crash();

    public int CrashOrCount(string file, bool crash)
    {
        File.AppendAllText(file, "x");
        return crash ? Crash() : 1;
    }

    public void Say(string line) => Console.WriteLine(line);

    public string? Variable(string name) => Environment.GetEnvironmentVariable(name);

    public bool CanRead(string file)
    {
        try
        {
            return File.ReadAllBytes(file).Length > 0;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    public int Hang()
    {
        while (true)
        {
        }
    }

    public int HangOnce(string file)
    {
        if (File.Exists(file))
        {
            return Environment.ProcessId;
        }

        File.WriteAllText(file, "");
        return Hang();
    }

    public int Doze(int milliseconds)
    {
        Thread.Sleep(milliseconds);
        return Environment.ProcessId;
    }

    public IMishap Open() => new Mishap();

    public async IAsyncEnumerable<int> DozeAsync(int milliseconds)
    {
        await Task.Delay(milliseconds);
        yield return Environment.ProcessId;
    }

    [LibraryImport("libc", EntryPoint = "strlen")]
    private static partial nint LengthOf(nint text);
}
