namespace Viaduct.Rpc;

/// <summary>
/// Carrying this method out twice is as good as once. A call whose service died in the midst of it is then made again, within the
/// <see cref="RetryPolicy"/>; of any other method it ends in an <see cref="OutcomeUnknownException"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class IdempotentAttribute : Attribute;
