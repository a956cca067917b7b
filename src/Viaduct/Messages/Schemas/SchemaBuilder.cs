using System.ComponentModel;
using System.Globalization;
using System.Text;

namespace Viaduct.Messages;

/// <summary>Writes a <see cref="SchemaText"/>: generated code tells it what it reads and writes.</summary>
[EditorBrowsable(EditorBrowsableState.Advanced)]
public sealed class SchemaBuilder
{
    private readonly StringBuilder _text = new();
    private readonly HashSet<string> _declared = [];

    /// <summary>Declared, and not written yet.</summary>
    private readonly Queue<Declaration> _pending = [];

    /// <summary>What comes before the next item of the line.</summary>
    private string _separator = "";

    private bool _hasBlobs;

    private SchemaBuilder()
    {
    }

    /// <summary>Writes a schema.</summary>
    /// <param name="root">Declares what the schema is about; all that it reaches follows.</param>
    /// <returns>The text, one line a declaration.</returns>
    public static string TextOf(Action<SchemaBuilder> root)
    {
        ArgumentNullException.ThrowIfNull(root);
        return Write(root).ToString();
    }

    /// <summary>Whether blobs are reached.</summary>
    internal static bool HasBlobs(Action<SchemaBuilder> root) => Write(root)._hasBlobs;

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    /// <summary>A blob is reached.</summary>
    internal void NoteBlob() => _hasBlobs = true;

    private static SchemaBuilder Write(Action<SchemaBuilder> root)
    {
        var builder = new SchemaBuilder();
        root(builder);
        while (builder._pending.TryDequeue(out Declaration? next))
        {
            builder._text.Append(builder._text.Length == 0 ? "" : "\n").Append(next.Head).Append(" {");
            builder._separator = " ";
            next.Content(builder);
            builder._text.Append(" }");
        }

        return builder;
    }

    /// <summary>Adds a declaration, if it is not there yet.</summary>
    /// <param name="word">What is declared: <c>message</c>, <c>struct</c>, <c>union</c>, <c>value</c> or <c>service</c>.</param>
    /// <param name="name">Its name.</param>
    /// <param name="content">Writes what is in it.</param>
    public void Declare(string word, string name, Action<SchemaBuilder> content)
    {
        if (_declared.Add(name))
        {
            _pending.Enqueue(new Declaration($"{word} {name}", content));
        }
    }

    /// <summary>Adds the declaration of an enumeration, if it is not there yet.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="underlying">Its underlying type.</param>
    /// <param name="members">Its members.</param>
    public void DeclareEnum(string name, string underlying, string members)
    {
        if (_declared.Add(name))
        {
            _pending.Enqueue(new Declaration($"enum {name}:{underlying}", schema => schema._text.Append(members.Length == 0 ? "" : " ").Append(members)));
        }
    }

    /// <summary>Adds a member of a message.</summary>
    /// <param name="id">Its number.</param>
    /// <param name="name">Its name.</param>
    /// <param name="codec">The codec of its type.</param>
    /// <param name="hasDefault">Whether it may be absent, and has its default then.</param>
    public void Field(int id, string name, IValueCodec codec, bool hasDefault = false)
    {
        ArgumentNullException.ThrowIfNull(codec);
        Item(id, name, codec.TypeName, hasDefault ? " default" : "");
        codec.Describe(this);
    }

    /// <summary>Adds a case of a union.</summary>
    /// <param name="id">Its number.</param>
    /// <param name="codec">The codec of its type.</param>
    public void Case(int id, IValueCodec codec)
    {
        ArgumentNullException.ThrowIfNull(codec);
        _text.Append(_separator).Append(CultureInfo.InvariantCulture, $"{id} {codec.TypeName}");
        _separator = ", ";
        codec.Describe(this);
    }

    /// <summary>Begins a method of a service.</summary>
    /// <param name="name">Its wire name.</param>
    public void BeginMethod(string name)
    {
        _text.Append(_separator).Append(name).Append('(');
        _separator = "";
    }

    /// <summary>Adds a parameter.</summary>
    /// <param name="id">Its number.</param>
    /// <param name="name">Its name.</param>
    /// <param name="codec">The codec of its type.</param>
    /// <param name="before">What comes before the type: nothing or <c>stream</c>.</param>
    /// <param name="after">What comes behind it: nothing, <c>default</c>, <c>default</c> and what is sent for it (see <see cref="SchemaField.Default"/>), <c>ref</c> or <c>out</c>.</param>
    public void Parameter(int id, string name, IValueCodec codec, string before = "", string after = "")
    {
        ArgumentNullException.ThrowIfNull(codec);
        Item(id, name, Spaced(before) + codec.TypeName, after.Length == 0 ? "" : " " + after);
        codec.Describe(this);
    }

    /// <summary>Adds a parameter that is a service.</summary>
    /// <param name="id">Its number.</param>
    /// <param name="name">Its name.</param>
    /// <param name="service">The service's name, with <c>?</c> behind it if it may be null.</param>
    public void ServiceParameter(int id, string name, string service) => Item(id, name, "service " + service, "");

    /// <summary>Ends the parameters of a method that has a result.</summary>
    /// <param name="codec">The codec of its type.</param>
    /// <param name="before">What comes before the type: nothing or <c>stream</c>.</param>
    /// <param name="options">What is special about the method: nothing or <c>idempotent</c>.</param>
    public void EndMethod(IValueCodec codec, string before = "", string options = "")
    {
        ArgumentNullException.ThrowIfNull(codec);
        EndMethod(Spaced(before) + codec.TypeName, options);
        codec.Describe(this);
    }

    /// <summary>Ends the parameters of a method whose result has no codec of its own.</summary>
    /// <param name="result">The result: empty if there is none, or <c>service</c> with the service's name.</param>
    /// <param name="options">What is special about the method: nothing, <c>oneway</c> or <c>idempotent</c>.</param>
    public void EndMethod(string result, string options)
    {
        _text.Append(')').Append(result.Length == 0 ? "" : " -> ").Append(result).Append(options.Length == 0 ? "" : " ").Append(options);
        _separator = "; ";
    }

    private static string Spaced(string word) => word.Length == 0 ? "" : word + " ";

    private void Item(int id, string name, string type, string after)
    {
        _text.Append(_separator).Append(id.ToString(CultureInfo.InvariantCulture)).Append(' ').Append(name).Append(':').Append(type).Append(after);
        _separator = ", ";
    }

    private sealed record Declaration(string Head, Action<SchemaBuilder> Content);
}
