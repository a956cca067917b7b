namespace Viaduct.Generators;

/// <summary>A case of a union.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Type">Its type.</param>
/// <param name="Depth">How many base types it has: those with more are looked for first.</param>
internal sealed record CaseModel(int Id, TypeModel Type, int Depth);
