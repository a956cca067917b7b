using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Viaduct.Tests.Rpc;

/// <summary>Keeps a file for each process, which the kernel has whole after each call, whatever becomes of the process.</summary>
public sealed partial class Books : IBooks, IDisposable
{
    private FileStream? _file;

    public int Book(string folder, int number, CrashMoment crash)
    {
        Crash(crash == CrashMoment.Before);
        _file ??= new FileStream(Path.Combine(folder, $"{Environment.ProcessId}.book"), FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        _file.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{number}\n")));
        Crash(crash == CrashMoment.After);
        return Answer(number);
    }

    public int Look(string folder, int number, CrashMoment crash)
    {
        string mark = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{number}.once"));
        if (crash == CrashMoment.Once && !File.Exists(mark))
        {
            File.WriteAllText(mark, "");
            Crash(true);
        }

        return Answer(number);
    }

    public void Dispose() => _file?.Dispose();

    /// <summary>What both answer.</summary>
    internal static int Answer(int number) => unchecked((number * 7) + 1);

    private static void Crash(bool now)
    {
        if (now)
        {
            LengthOf(1);
        }
    }

    [LibraryImport("libc", EntryPoint = "strlen")]
    private static partial nint LengthOf(nint text);
}
