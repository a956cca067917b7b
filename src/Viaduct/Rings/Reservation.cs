namespace Viaduct.Rings;

/// <summary>Room in a ring for a message that is being written, and what it is going to use beside it.</summary>
internal struct Reservation
{
    /// <summary>Byte position of its record.</summary>
    public ulong Place;

    /// <summary>Byte position behind its record.</summary>
    public ulong End;

    /// <summary>Byte offset in the ring where a skip stands that leads to it from the ring's end; -1 where none is needed.</summary>
    public int SkipFrom;

    /// <summary>What the message uses.</summary>
    public RingUse Use;

    /// <summary>Gives up the room: the message is not sent.</summary>
    public void Abandon()
    {
        Use.Release();
        Use = default;
    }
}
