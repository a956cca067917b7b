using Viaduct.Messages;

namespace Viaduct.Cli.Output;

/// <summary>A type of a contract as JSON shows it.</summary>
/// <param name="Kind"><c>message</c>, <c>struct</c>, <c>union</c>, <c>enum</c> or <c>service</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Fields">The members of a message, the cases of a union.</param>
/// <param name="Members">The members of an enumeration, by their names.</param>
/// <param name="Methods">The methods of a service that passes by reference.</param>
internal sealed record ContractTypeView(
    string Kind, string Name, IReadOnlyList<ContractFieldView> Fields, IReadOnlyDictionary<string, string> Members, IReadOnlyList<ContractMethodView> Methods)
{
    /// <summary>Makes the view of a declaration.</summary>
    /// <param name="declaration">The declaration.</param>
    public static ContractTypeView Of(SchemaDeclaration declaration)
    {
        return new ContractTypeView(
            declaration.Word.ToString().ToLowerInvariant(),
            declaration.Name,
            [.. declaration.Fields.Select(ContractFieldView.Of)],
            declaration.Members.DistinctBy(member => member.Name).ToDictionary(member => member.Name, member => member.Value),
            [.. declaration.Methods.Select(ContractMethodView.Of)]);
    }

    /// <summary>The type as text.</summary>
    /// <param name="output">Where it goes.</param>
    public void Write(TextWriter output)
    {
        output.WriteLine($"{Kind} {Name}");
        IEnumerable<string> lines = Fields.Select(field => field.ToString())
            .Concat(Members.Select(member => $"{member.Key} = {member.Value}"))
            .Concat(Methods.Select(method => method.ToString()));
        foreach (string line in lines)
        {
            output.WriteLine("  " + line);
        }
    }
}
