using System.Text;
using Viaduct.Messages;

namespace Viaduct.Tests.Fuzz;

/// <summary>A schema of another program, which is compared with an own one both ways.</summary>
internal sealed class SchemaTarget(IEnumerable<string> schemas) : FuzzTarget
{
    private readonly SchemaText _own = SchemaText.Parse(schemas.First());

    /// <inheritdoc/>
    public override string Name => "schema";

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds => schemas.Select(Encoding.UTF8.GetBytes);

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Words { get; } =
    [
        .. new[] { "[", "{", "(", "((((((((", "?", "stream ", "service ", " default", " ref", "\nstruct A { 1 a:A }", ", ", "; ", " -> ", "<", ">" }.Select(Encoding.UTF8.GetBytes),
    ];

    /// <inheritdoc/>
    public override string Run(ReadOnlySpan<byte> input)
    {
        SchemaText schema;
        try
        {
            schema = SchemaText.Parse(Encoding.UTF8.GetString(input));
        }
        catch (ProtocolViolationException error)
        {
            return Outcome(error);
        }

        Assert.Null(SchemaText.FindBreak(schema, schema));
        string there = SchemaText.FindBreak(_own, schema) ?? "same";
        string here = SchemaText.FindBreak(schema, _own) ?? "same";
        return $"{schema.Declarations[0].Word} {there[..Math.Min(8, there.Length)]} {here[..Math.Min(8, here.Length)]}";
    }
}
