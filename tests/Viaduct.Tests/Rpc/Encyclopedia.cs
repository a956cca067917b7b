namespace Viaduct.Tests.Rpc;

/// <summary>Says nothing.</summary>
public sealed class Encyclopedia : IEncyclopedia;
