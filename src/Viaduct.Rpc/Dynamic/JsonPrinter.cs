using System.Text.Json;
using Viaduct.Messages;

namespace Viaduct.Rpc;

/// <summary>Turns what comes over the wire into JSON.</summary>
internal delegate void JsonPrinter(ref WireReader reader, Utf8JsonWriter json);
