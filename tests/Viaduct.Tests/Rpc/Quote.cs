using Viaduct.Messages;

namespace Viaduct.Tests.Rpc;

/// <summary>A message as newer programs have it.</summary>
[Message(Name = "Shop.Quote")]
public sealed record Quote(int Number, string Article, double Price);
