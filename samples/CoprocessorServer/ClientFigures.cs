using Viaduct.Messages;

namespace CoprocessorServer;

/// <summary>What a client has measured. A message: it goes by value.</summary>
[Message]
public sealed record ClientFigures(int Jobs, int Wrong, double Seconds);
