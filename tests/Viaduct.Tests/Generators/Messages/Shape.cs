using Viaduct.Messages;

namespace Viaduct.Tests.Generators;

[Message]
[Union(1, typeof(Circle))]
[Union(2, typeof(Square))]
[Union(5, typeof(Ring))]
public abstract record Shape(string Name);
