using System.Runtime.CompilerServices;

namespace Viaduct.Tests.Rpc;

/// <summary>Can't be made.</summary>
public sealed class Stillborn : IMishap
{
    public Stillborn()
    {
        Descend(20);
    }

    public string? Variable(string name) => null;

    /// <summary>Deep enough that what it throws has a longer trace than last words are.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Descend(int depth) => depth > 0
        ? Descend(depth - 1) + 1
        : throw new NotSupportedException("This library needs a licence.", new FileNotFoundException("There is no licence.txt."));

    public int ProcessId() => 0;

    public int Crash() => 0;

    public int CrashAgain() => 0;

    public int CrashOnce(string file) => 0;

    public void Perish()
    {
    }

    public int CrashOrCount(string file, bool crash) => 0;

    public void Say(string line)
    {
    }

    public bool CanRead(string file) => false;

    public int Hang() => 0;

    public int HangOnce(string file) => 0;

    public int Doze(int milliseconds) => 0;

    public IMishap Open() => this;

    public IAsyncEnumerable<int> DozeAsync(int milliseconds) => AsyncEnumerable.Empty<int>();
}
