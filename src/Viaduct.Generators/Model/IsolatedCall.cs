namespace Viaduct.Generators;

/// <summary>A call that is redirected.</summary>
/// <param name="Key">What tells its method from every other.</param>
/// <param name="Attribute">The attribute that names the call.</param>
/// <param name="Place">Where it is, for people.</param>
internal sealed record IsolatedCall(string Key, string Attribute, string Place);
