namespace Viaduct.Generators;

/// <summary>A type of a channel's messages that is not itself a message declared in this project: a list, a tuple, a closed generic message.</summary>
/// <param name="Type">Its name in code.</param>
/// <param name="Codec">The expression of its codec.</param>
internal sealed record RootModel(string Type, string Codec);
