using System.Text.Json.Serialization;
using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Report;

/// <summary>Every JSON shape of this program.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ResultRow))]
[JsonSerializable(typeof(WorkerCommand))]
[JsonSerializable(typeof(WorkerReport))]
internal sealed partial class BenchJson : JsonSerializerContext;
