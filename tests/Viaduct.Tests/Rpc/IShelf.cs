using Viaduct.Rpc;

namespace Viaduct.Tests.Rpc;

/// <summary>An object of a depot's.</summary>
[Service]
public interface IShelf
{
    int Place();
}
