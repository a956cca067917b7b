using Viaduct.Rpc;

namespace Viaduct.Tests.Rpc;

/// <summary>A contract as newer programs have it.</summary>
[Service(Name = "quotes")]
public interface IQuotes
{
    int Number(Quote quote);
}
