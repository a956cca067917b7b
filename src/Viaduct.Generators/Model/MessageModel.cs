namespace Viaduct.Generators;

/// <summary>A message.</summary>
/// <param name="Codec">The name of its codec.</param>
/// <param name="Type">The type's name in code.</param>
/// <param name="WireName">What both ends call it, without type arguments.</param>
/// <param name="Parameters">Its type parameters.</param>
/// <param name="Constraints">Their constraints.</param>
/// <param name="IsPublic">Whether other assemblies see it.</param>
/// <param name="IsStruct">Whether it is a struct.</param>
/// <param name="IsSealed">Whether nothing derives from it.</param>
/// <param name="Members">Its members, by their numbers.</param>
/// <param name="Cases">Its cases, if it is a union.</param>
internal sealed record MessageModel(
    string Codec,
    string Type,
    string WireName,
    EquatableArray<string> Parameters,
    string Constraints,
    bool IsPublic,
    bool IsStruct,
    bool IsSealed,
    EquatableArray<MemberModel> Members,
    EquatableArray<CaseModel> Cases)
{
    /// <summary>Whether it has type parameters.</summary>
    public bool IsGeneric => Parameters.Count > 0;
}
