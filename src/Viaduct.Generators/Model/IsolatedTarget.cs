namespace Viaduct.Generators;

/// <summary>A method whose calls are redirected.</summary>
/// <param name="Class">Its class, as people name it.</param>
/// <param name="Calls">What calls of the class go to.</param>
/// <param name="Method">The method.</param>
internal sealed record IsolatedTarget(string Class, string Calls, IsolatedMethodModel Method);
