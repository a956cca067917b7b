using Viaduct.Messages;

namespace Viaduct.Tests.Rpc;

/// <summary>The same message as older programs have it: a field is of another type, which newer ones can't read.</summary>
[Message(Name = "Shop.Quote")]
public sealed record OldQuote(int Number, string Article, int Price);
