namespace Viaduct.Supervision;

/// <summary>Leaves a member of a class that is marked <see cref="IsolatedAttribute"/> where its caller is.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property | AttributeTargets.Field | AttributeTargets.Event, Inherited = false)]
public sealed class InProcessAttribute : Attribute;
