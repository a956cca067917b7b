using Viaduct.Rpc;

namespace Viaduct.Tests.Rpc;

/// <summary>The same contract as older programs have it.</summary>
[Service(Name = "quotes")]
public interface IOldQuotes
{
    int Number(OldQuote quote);
}
