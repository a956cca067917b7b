namespace Viaduct.Messages;

/// <summary>One of two schemas that are compared.</summary>
/// <param name="Text">The schema.</param>
/// <param name="Word">Where it is from, in the words of the result.</param>
internal sealed record SchemaSide(SchemaText Text, string Word);
