namespace Viaduct.Model.Running;

/// <summary>A process of a scenario found that something is not as it must be.</summary>
internal sealed class ModelFailureException : Exception
{
    /// <summary>Found in the run that goes on, which fails with it.</summary>
    public ModelFailureException(string message)
        : base(message) => Run.Current?.Note(message);
}
