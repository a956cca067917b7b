namespace Viaduct.Links;

/// <summary>A message taken from a link, and where it came from.</summary>
internal struct Received<T>
{
    /// <summary>The message.</summary>
    public T Value;

    /// <summary>The sender's number for it.</summary>
    public ulong Sequence;

    /// <summary>Its position on the link.</summary>
    public ulong Position;

    /// <summary>Bytes, where they are known.</summary>
    public int Length;

    /// <summary>Deliveries, this one included.</summary>
    public int Attempt;

    /// <summary>The link.</summary>
    public ReceiveLink<T> Link;
}
