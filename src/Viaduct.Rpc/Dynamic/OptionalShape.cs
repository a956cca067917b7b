using System.Text.Json;
using Viaduct.Messages;

namespace Viaduct.Rpc;

/// <summary>Values that may be null.</summary>
internal sealed class OptionalShape(JsonShape inner) : JsonShape
{
    /// <inheritdoc/>
    public override WireKind Kind => inner.Kind;

    /// <inheritdoc/>
    public override bool IsOptional => true;

    /// <inheritdoc/>
    public override void Write(ref WireWriter writer, JsonElement json, string path) => inner.Write(ref writer, json, path);

    /// <inheritdoc/>
    public override void Read(ref WireReader reader, Utf8JsonWriter json) => inner.Read(ref reader, json);

    /// <inheritdoc/>
    public override void WriteAbsent(Utf8JsonWriter json) => json.WriteNullValue();
}
