namespace Viaduct.Supervision;

/// <summary>A call of a service that can't be started: nobody carried it out. A type of its own, so that no method's own exception is taken for it.</summary>
/// <param name="reason">Why it can't be started.</param>
internal sealed class NotServedException(string reason) : ViaductException(reason);
