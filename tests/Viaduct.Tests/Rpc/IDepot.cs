using Viaduct.Rpc;

namespace Viaduct.Tests.Rpc;

/// <summary>A contract that has grown: methods with a body, one without an answer, one that brings an object at once.</summary>
[Service(Name = "depot")]
public interface IDepot
{
    int Count();

    int Doubled() => 2 * Count();

    Task<string> NameAsync() => Task.FromResult("default");

    /// <summary>The caller's own.</summary>
    sealed int Halved() => Count() / 2;

    protected int Thirded() => Count() / 3;

    IShelf Open();

    [OneWay]
    void Burn(string what);

    byte[] Weigh(byte[] goods);
}
