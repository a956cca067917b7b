using System.Text.Json;
using System.Text.Json.Serialization;

namespace Viaduct.Tests.Codecs;

[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class OrderContext : JsonSerializerContext;
