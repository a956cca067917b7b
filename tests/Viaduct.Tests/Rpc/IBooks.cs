using Viaduct.Rpc;

namespace Viaduct.Tests.Rpc;

/// <summary>A service that writes down what it carries out, and dies of some calls.</summary>
[Service]
public interface IBooks
{
    /// <summary>Writes the number down. Not to be carried out twice.</summary>
    int Book(string folder, int number, CrashMoment crash);

    /// <summary>Only computes.</summary>
    [Idempotent]
    int Look(string folder, int number, CrashMoment crash);
}
