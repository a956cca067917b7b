using Viaduct.Rpc;

namespace Viaduct.Tests.Serving;

/// <summary>A service that the tests have served, by a program that <c>viaduct serve</c> starts.</summary>
[Service(Name = "Bench")]
public interface IBench
{
    [Idempotent]
    int ProcessId();

    /// <summary>Writes a line to a file, which a second execution would write again.</summary>
    Task<int> AppendAsync(string file, string line, int milliseconds);

    [OneWay]
    void Note(string file, string line);

    int Spin();

    int Crash();

    [Idempotent]
    int CrashAgain();

    string? Variable(string name);

    void Say(string line);
}
