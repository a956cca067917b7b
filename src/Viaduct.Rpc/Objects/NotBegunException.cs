namespace Viaduct.Rpc;

/// <summary>
/// Why a call on something that was handed out, or promised, is not begun: the call that was to bring the object went back to who made it, and so does this one; or who made it is gone.
/// </summary>
/// <param name="why">In words.</param>
internal sealed class NotBegunException(string why) : Exception(why);
