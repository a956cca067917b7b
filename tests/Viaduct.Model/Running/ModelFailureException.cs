namespace Viaduct.Model.Running;

/// <summary>A process of a scenario found that something is not as it must be.</summary>
internal sealed class ModelFailureException(string message) : Exception(message);
