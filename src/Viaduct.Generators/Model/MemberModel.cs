namespace Viaduct.Generators;

/// <summary>How a member of a message is given back.</summary>
/// <param name="Field">The member.</param>
/// <param name="Argument">Its place among the constructor's arguments, or -1.</param>
/// <param name="KeepsInitial">Whether it has an initializer that stays where the field isn't there.</param>
/// <param name="Accessor">The type in which its init accessor is declared, where only that can set it after construction, or empty.</param>
internal sealed record MemberModel(FieldModel Field, int Argument, bool KeepsInitial, string Accessor);
