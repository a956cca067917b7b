namespace Viaduct.Links;

/// <summary>Tells the other end of a link that something changed, if it cares. One ringer at a time: the socket's gate guards it.</summary>
internal abstract class Bell
{
    /// <summary>Rings after a change was made visible. Cheap when nobody waits.</summary>
    public abstract void Ring();
}
