namespace Viaduct.Generators;

/// <summary>A parameter of a method.</summary>
/// <param name="Field">Its number, name and type; of a stream the type of its items.</param>
/// <param name="Declared">Its type in code, with <c>ref</c> or <c>out</c>.</param>
/// <param name="Shape">How it goes over.</param>
/// <param name="Service">The name on the wire of the service that it is, with a question mark if it may be null.</param>
internal sealed record ParameterModel(FieldModel Field, string Declared, ParameterShape Shape, string Service)
{
    /// <summary>Whether it is a field of the arguments.</summary>
    public bool IsSent => Shape is not (ParameterShape.Cancellation or ParameterShape.Out);

    /// <summary>Whether it is a field of the answer.</summary>
    public bool ComesBack => Shape is ParameterShape.Ref or ParameterShape.Out or ParameterShape.Span or ParameterShape.Memory;

    /// <summary>What it is as a field of the answer.</summary>
    public FieldModel Back => Field with { Id = Field.Id + 1 };
}
