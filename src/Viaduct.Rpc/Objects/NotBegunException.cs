namespace Viaduct.Rpc;

/// <summary>Why a call on a promised object is not begun: the call that was to bring the object went back to who made it, and so does this one.</summary>
internal sealed class NotBegunException() : Exception("The service ended before it began the call that was to bring this object.");
