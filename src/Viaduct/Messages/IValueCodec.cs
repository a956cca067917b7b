using System.ComponentModel;

namespace Viaduct.Messages;

/// <summary>What a schema says of a <see cref="ValueCodec{T}"/>, whatever its type. Immutable and thread-safe.</summary>
[EditorBrowsable(EditorBrowsableState.Advanced)]
public interface IValueCodec
{
    /// <summary>The type in a schema's words, such as <c>i32</c> or <c>[Shop.Line?]</c>.</summary>
    string TypeName { get; }

    /// <summary>Adds what must be declared to understand <see cref="TypeName"/>.</summary>
    /// <param name="schema">The schema that is being written.</param>
    void Describe(SchemaBuilder schema);
}
