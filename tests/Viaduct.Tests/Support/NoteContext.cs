using System.Text.Json.Serialization;

namespace Viaduct.Tests.Support;

[JsonSerializable(typeof(Note))]
internal sealed partial class NoteContext : JsonSerializerContext;
