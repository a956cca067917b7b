using Viaduct.Rpc;

namespace Viaduct.Tests.Rpc;

/// <summary>A service that dies of some calls.</summary>
[Service]
public interface IMishap
{
    int ProcessId();

    int Crash();

    [Idempotent]
    int CrashAgain();

    [Idempotent]
    int CrashOnce(string file);

    [OneWay]
    void Perish();

    int CrashOrCount(string file, bool crash);

    void Say(string line);

    /// <summary>What a variable of the environment says there.</summary>
    string? Variable(string name);

    bool CanRead(string file);

    int Hang();

    [Idempotent]
    int HangOnce(string file);

    int Doze(int milliseconds);

    /// <summary>Another one, in the same process.</summary>
    IMishap Open();

    /// <summary>One item, after a while.</summary>
    IAsyncEnumerable<int> DozeAsync(int milliseconds);
}
