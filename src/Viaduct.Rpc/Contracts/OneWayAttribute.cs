namespace Viaduct.Rpc;

/// <summary>
/// Calls of this method have no answer: they return once they are on their way, and what they throw is told to nobody but the service. The method
/// returns <see langword="void"/>, <see cref="Task"/> or <see cref="ValueTask"/>. Calls of one caller are carried out in their order where the service has one thread.
/// </summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class OneWayAttribute : Attribute;
