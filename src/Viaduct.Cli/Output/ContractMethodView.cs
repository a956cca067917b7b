using Viaduct.Messages;

namespace Viaduct.Cli.Output;

/// <summary>A method as JSON shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Parameters">Its parameters.</param>
/// <param name="Result">The type of its result, null for none.</param>
/// <param name="OneWay">Whether it has no answer.</param>
/// <param name="Idempotent">Whether it may be carried out twice.</param>
internal sealed record ContractMethodView(string Name, IReadOnlyList<ContractFieldView> Parameters, string? Result, bool OneWay, bool Idempotent)
{
    /// <summary>Makes the view of a method.</summary>
    /// <param name="method">The method.</param>
    public static ContractMethodView Of(SchemaMethod method)
    {
        return new ContractMethodView(
            method.Name, [.. method.Parameters.Select(ContractFieldView.Of)], method.Result?.ToString(), method.IsOneWay, method.IsIdempotent);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        string result = Result is null ? string.Empty : " -> " + Result;
        return $"{Name}({string.Join(", ", Parameters)}){result}{(OneWay ? " oneway" : string.Empty)}{(Idempotent ? " idempotent" : string.Empty)}";
    }
}
