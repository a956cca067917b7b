namespace Viaduct.Model.Running;

/// <summary>Takes a run down when it stops for something that is not known yet.</summary>
internal sealed class SuspendedException : Exception;
