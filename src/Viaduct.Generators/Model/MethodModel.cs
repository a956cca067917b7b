namespace Viaduct.Generators;

/// <summary>A method of a service.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Owner">The interface that declares it, in code.</param>
/// <param name="WireName">Its name at both ends.</param>
/// <param name="Unique">Its name in generated code.</param>
/// <param name="Returns">What it returns, in code.</param>
/// <param name="Task">The type that it is awaited by: <c>Task</c>, <c>ValueTask</c> or nothing.</param>
/// <param name="Result">What it gives back.</param>
/// <param name="Type">The type of the result or of its items; null if there is none or it is a service.</param>
/// <param name="Service">The name on the wire of the service that it gives back, with a question mark if it may be null.</param>
/// <param name="ServiceType">The type of that service in code.</param>
/// <param name="Parameters">Its parameters, in their order.</param>
/// <param name="IsOneWay">Whether it has no answer.</param>
/// <param name="IsIdempotent">Whether it may be carried out twice.</param>
internal sealed record MethodModel(
    string Name,
    string Owner,
    string WireName,
    string Unique,
    string Returns,
    string Task,
    ResultShape Result,
    TypeModel? Type,
    string Service,
    string ServiceType,
    EquatableArray<ParameterModel> Parameters,
    bool IsOneWay,
    bool IsIdempotent)
{
    /// <summary>The number that calls carry: 32-bit FNV-1a of the name's UTF-8 bytes.</summary>
    public uint Id => System.Text.Encoding.UTF8.GetBytes(WireName).Aggregate(2166136261u, static (hash, one) => unchecked((hash ^ one) * 16777619u));

    /// <summary>The result as a field of the answer.</summary>
    public FieldModel? ResultField => Type is null || Result != ResultShape.Value ? null : new FieldModel(1, "result", Type);

    /// <summary>The parameters that are fields of the arguments, by their numbers.</summary>
    public IEnumerable<ParameterModel> Sent => Parameters.Where(static parameter => parameter.IsSent).OrderBy(static parameter => parameter.Field.Id);

    /// <summary>The parameters that are fields of the answer, by their numbers.</summary>
    public IEnumerable<ParameterModel> Back => Parameters.Where(static parameter => parameter.ComesBack).OrderBy(static parameter => parameter.Field.Id);

    /// <summary>Whether the answer has fields.</summary>
    public bool HasAnswer => Result is ResultShape.Value or ResultShape.Service || Back.Any();

    /// <summary>Whether it gives back an object that may be used before the answer is there: one that is never null, and nothing besides.</summary>
    public bool IsPromise => Result == ResultShape.Service && !IsAsync && !Service.EndsWith("?", StringComparison.Ordinal) && !Back.Any();

    /// <summary>Whether it is awaited.</summary>
    public bool IsAsync => Task.Length > 0;
}
