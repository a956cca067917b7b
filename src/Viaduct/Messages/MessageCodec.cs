using System.Buffers;
using System.ComponentModel;
using System.Text;
using Viaduct.Blobs;

namespace Viaduct.Messages;

/// <summary>The codec of a message: the base of generated ones. Immutable and thread-safe.</summary>
/// <typeparam name="T">The message.</typeparam>
/// <remarks>It is what <see cref="ChannelSpec{T}"/> uses for a type that is marked <see cref="MessageAttribute"/>, unless another codec is named.</remarks>
[EditorBrowsable(EditorBrowsableState.Advanced)]
public abstract class MessageCodec<T> : ValueCodec<T>, ICodec<T>, IBlobCodec<T>, IShortSchema
{
    /// <summary>So many bytes of text go into an announcement, twice for a call.</summary>
    private const int MaxShort = 2000;

    private string? _schema;
    private string? _shortSchema;
    private bool? _hasBlobs;

    /// <summary>
    /// All declarations that the message reaches, its own first, in one line. Both ends of a channel need not have the same: see
    /// <see cref="SchemaText.FindBreak(string, string)"/>.
    /// </summary>
    public string Schema => _schema ??= SchemaBuilder.TextOf(Describe).Replace('\n', ' ');

    /// <inheritdoc/>
    string IShortSchema.ShortSchema => _shortSchema ??= Encoding.UTF8.GetByteCount(Schema) <= MaxShort ? Schema : $"{Word} {TypeName}, hash {Fnv1a.Hash(Schema):x16}";

    /// <inheritdoc/>
    public sealed override WireKind Kind => WireKind.Object;

    /// <summary>Writes the fields.</summary>
    /// <param name="writer">Where they go.</param>
    /// <param name="value">The message.</param>
    public abstract void Write(ref WireWriter writer, in T value);

    /// <summary>Reads the fields up to the object's end.</summary>
    /// <param name="reader">Where they come from.</param>
    /// <returns>The message.</returns>
    /// <exception cref="ProtocolViolationException">The fields are not a message.</exception>
    public abstract T Read(ref WireReader reader);

    /// <inheritdoc/>
    public sealed override T Absent(string field)
    {
        if (!typeof(T).IsValueType)
        {
            return base.Absent(field);
        }

        // A struct has no null: one that isn't there is one whose fields are not.
        WireReader nothing = default;
        return Read(ref nothing);
    }

    /// <inheritdoc/>
    public sealed override void WriteValue(ref WireWriter writer, in T value)
    {
        if (value is null)
        {
            throw new InvalidOperationException($"A null was found where {TypeName} was expected, which can't be null.");
        }

        writer.BeginObject();
        Write(ref writer, value);
        writer.EndObject();
    }

    /// <inheritdoc/>
    public sealed override T ReadValue(ref WireReader reader)
    {
        reader.BeginObject();
        return Read(ref reader);
    }

    /// <summary>Writes a whole message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="output">Where it goes.</param>
    /// <exception cref="ArgumentNullException"><paramref name="message"/> is <see langword="null"/>.</exception>
    /// <exception cref="InvalidOperationException">A member is <see langword="null"/> whose type says that it never is, or the message is not a tree.</exception>
    public void Encode(in T message, IBufferWriter<byte> output)
    {
        if (message is null)
        {
            throw new ArgumentNullException(nameof(message));
        }

        WireWriter writer = new(output);
        Write(ref writer, message);
        writer.Flush();
    }

    /// <summary>Reads a whole message.</summary>
    /// <param name="message">The bytes.</param>
    /// <returns>The message.</returns>
    /// <exception cref="ProtocolViolationException">The bytes are not a message.</exception>
    public T Decode(ReadOnlySpan<byte> message)
    {
        WireReader reader = new(message);
        return Read(ref reader);
    }

    /// <inheritdoc/>
    bool IBlobCodec<T>.HasBlobs => _hasBlobs ??= SchemaBuilder.HasBlobs(Describe);

    /// <inheritdoc/>
    T IBlobCodec<T>.Decode(ReadOnlySpan<byte> message, BlobList blobs)
    {
        WireReader reader = new(message, blobs);
        return Read(ref reader);
    }

    /// <inheritdoc/>
    public override void Describe(SchemaBuilder schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        schema.Declare(Word, TypeName, DescribeFields);
    }

    /// <summary>What it is declared as: <c>message</c>, <c>struct</c> or <c>union</c>.</summary>
    protected virtual string Word => "message";

    /// <summary>Adds the fields to the schema, in the order of their numbers.</summary>
    /// <param name="schema">The schema that is being written.</param>
    protected abstract void DescribeFields(SchemaBuilder schema);

    /// <summary>Passes over a field that isn't known.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="tag">The field's tag.</param>
    /// <param name="isKnown">Whether there is a field of that number, so that it must be of another kind.</param>
    /// <exception cref="ProtocolViolationException">The field is known, and of another kind; or its value is broken.</exception>
    protected void Skip(ref WireReader reader, uint tag, bool isKnown) => GeneratedCode.Skip(ref reader, tag, isKnown, TypeName);
}
