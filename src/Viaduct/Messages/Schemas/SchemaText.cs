namespace Viaduct.Messages;

/// <summary>
/// What a message or a service is, in words that both ends compare: declarations, each on a line or behind a blank, the one it is about first, and
/// after it all that it reaches. See docs/messages.md for what may differ.
/// </summary>
/// <example>
/// <code>
/// message Shop.Order { 1 Number:i32, 2 Lines:[Shop.Line], 3 Note:string? }
/// message Shop.Line { 1 Article:string, 2 Price:decimal }
/// </code>
/// </example>
public sealed class SchemaText
{
    private readonly Dictionary<string, SchemaDeclaration> _byName;

    internal SchemaText(IReadOnlyList<SchemaDeclaration> declarations)
    {
        Declarations = declarations;
        _byName = [];
        foreach (SchemaDeclaration declaration in declarations)
        {
            _byName.TryAdd(declaration.Name, declaration);
        }
    }

    /// <summary>The declarations; the first is what the schema is about.</summary>
    public IReadOnlyList<SchemaDeclaration> Declarations { get; }

    /// <summary>Reads a schema. It may come from another program.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The schema; it has at least one declaration.</returns>
    /// <exception cref="ProtocolViolationException">The text is not a schema; the message says where.</exception>
    public static SchemaText Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new SchemaParser(text).Parse();
    }

    /// <summary>Finds what one end can't read of what the other writes.</summary>
    /// <param name="reader">The schema of who reads. Of a service: of who carries out the calls.</param>
    /// <param name="writer">The schema of who writes. Of a service: of who calls; the results, which go the other way, are compared, too.</param>
    /// <returns><see langword="null"/> if there is nothing, or else one sentence on the first break found, in which "here" is the reader and "there" the writer.</returns>
    /// <exception cref="ProtocolViolationException">One of them is not a schema.</exception>
    public static string? FindBreak(string reader, string writer) =>
        string.Equals(reader, writer, StringComparison.Ordinal) ? null : FindBreak(Parse(reader), Parse(writer));

    /// <summary>Finds what one end can't read of what the other writes.</summary>
    /// <param name="reader">The schema of who reads. Of a service: of who carries out the calls.</param>
    /// <param name="writer">The schema of who writes. Of a service: of who calls; the results, which go the other way, are compared, too.</param>
    /// <returns><see langword="null"/> if there is nothing, or else one sentence on the first break found, in which "here" is the reader and "there" the writer.</returns>
    public static string? FindBreak(SchemaText reader, SchemaText writer)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(writer);
        return new SchemaComparison(new SchemaSide(reader, "here"), new SchemaSide(writer, "there")).Run();
    }

    /// <summary>Whether a channel's schema is the text of one: a message, and not other words.</summary>
    internal static bool IsOfMessage(string schema) =>
        schema.EndsWith('}') && (schema.StartsWith("message ", StringComparison.Ordinal) || schema.StartsWith("struct ", StringComparison.Ordinal)
            || schema.StartsWith("union ", StringComparison.Ordinal) || schema.StartsWith("value ", StringComparison.Ordinal));

    /// <summary>What a codec's schema is called in announcements, which have no room for a long one.</summary>
    internal static string ShortOf<T>(ICodec<T> codec) => codec is IShortSchema { ShortSchema: var words } ? words : codec.Schema;

    /// <summary>The same as <see cref="FindBreak(string, string)"/>, in words that are true at both ends. A text that is no schema is a break.</summary>
    internal static string? FindBreakBetween(string receiver, string sender)
    {
        if (string.Equals(receiver, sender, StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            return new SchemaComparison(new SchemaSide(Parse(receiver), "at the receiver"), new SchemaSide(Parse(sender), "at the sender")).Run();
        }
        catch (ProtocolViolationException error)
        {
            return error.Message;
        }
    }

    /// <summary>The declaration of a name, if there is one.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The declaration, or <see langword="null"/>.</returns>
    public SchemaDeclaration? Find(string name) => _byName.GetValueOrDefault(name);
}
