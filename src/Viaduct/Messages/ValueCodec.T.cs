using System.ComponentModel;

namespace Viaduct.Messages;

/// <summary>How values of one type lie in a message. Immutable and thread-safe.</summary>
/// <typeparam name="T">The type.</typeparam>
/// <remarks>Those of the usual types come from <see cref="ValueCodec"/>, those of messages are generated. Generated code puts them together.</remarks>
[EditorBrowsable(EditorBrowsableState.Advanced)]
public abstract class ValueCodec<T> : IValueCodec
{
    private protected ValueCodec()
    {
    }

    /// <summary>How its values are written.</summary>
    public abstract WireKind Kind { get; }

    /// <inheritdoc/>
    public abstract string TypeName { get; }

    /// <summary>Whether <see langword="null"/> is a value. An element of a list is then an object, with the value in field 1 or without.</summary>
    public virtual bool IsOptional => false;

    /// <summary>Whether a field with this value isn't written.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Whether it is what <see cref="Absent"/> gives.</returns>
    public virtual bool IsAbsent(in T value) => false;

    /// <summary>The value of a field that isn't there.</summary>
    /// <param name="field">The field, for the error.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ProtocolViolationException">The type has none: the field must be there.</exception>
    public virtual T Absent(string field) => throw new ProtocolViolationException($"{field} is missing: it is {TypeName} and can't be null.");

    /// <summary>Writes a value, without a tag.</summary>
    /// <param name="writer">Where it goes.</param>
    /// <param name="value">The value.</param>
    public abstract void WriteValue(ref WireWriter writer, in T value);

    /// <summary>Reads a value, behind its tag.</summary>
    /// <param name="reader">Where it comes from.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ProtocolViolationException">There is none.</exception>
    public abstract T ReadValue(ref WireReader reader);

    /// <inheritdoc/>
    public virtual void Describe(SchemaBuilder schema)
    {
    }

    /// <summary>Writes the elements of a list.</summary>
    internal virtual void WriteAll(ref WireWriter writer, ReadOnlySpan<T> values)
    {
        foreach (ref readonly T value in values)
        {
            WriteValue(ref writer, value);
        }
    }

    /// <summary>Reads elements of a list.</summary>
    internal virtual void ReadAll(ref WireReader reader, Span<T> values)
    {
        foreach (ref T value in values)
        {
            value = ReadValue(ref reader);
        }
    }
}
