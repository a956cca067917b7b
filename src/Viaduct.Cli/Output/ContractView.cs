using Viaduct.Messages;

namespace Viaduct.Cli.Output;

/// <summary>A contract as JSON shows it.</summary>
/// <param name="Service">The contract's name.</param>
/// <param name="Methods">Its methods.</param>
/// <param name="Types">The types that they reach, other services among them.</param>
internal sealed record ContractView(string Service, IReadOnlyList<ContractMethodView> Methods, IReadOnlyList<ContractTypeView> Types)
{
    /// <summary>Makes the view of a contract.</summary>
    /// <param name="contract">The contract.</param>
    public static ContractView Of(SchemaText contract)
    {
        SchemaDeclaration service = contract.Declarations[0];
        return new ContractView(
            service.Name, [.. service.Methods.Select(ContractMethodView.Of)], [.. contract.Declarations.Skip(1).Select(ContractTypeView.Of)]);
    }

    /// <summary>The contract as text.</summary>
    /// <param name="output">Where it goes.</param>
    public void Write(TextWriter output)
    {
        output.WriteLine($"service {Service}");
        foreach (ContractMethodView method in Methods)
        {
            output.WriteLine("  " + method);
        }

        foreach (ContractTypeView type in Types)
        {
            output.WriteLine();
            type.Write(output);
        }
    }
}
