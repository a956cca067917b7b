namespace Viaduct.Messages;

/// <summary>A method of a service.</summary>
/// <param name="Name">Its wire name.</param>
/// <param name="Parameters">Its parameters, by their numbers.</param>
/// <param name="Result">Its result, or <see langword="null"/>.</param>
/// <param name="IsOneWay">Whether it has no answer.</param>
/// <param name="IsIdempotent">Whether it may be carried out twice.</param>
public sealed record SchemaMethod(string Name, IReadOnlyList<SchemaField> Parameters, SchemaType? Result, bool IsOneWay, bool IsIdempotent);
