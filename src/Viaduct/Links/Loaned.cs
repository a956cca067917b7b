using Viaduct.Memory;

namespace Viaduct.Links;

/// <summary>
/// A loan as its socket keeps it: reused, so that a loan allocates nothing. Whoever holds one proves by its ticket that it is still
/// his. Begun, grown and ended under the socket's gate.
/// </summary>
internal sealed class Loaned<T>(Outbox<T> outbox)
{
    /// <summary>Counts the loans that this object was; a holder's ticket is the count when his began.</summary>
    private uint _ticket;

    /// <summary>The socket's sending side.</summary>
    public Outbox<T> Outbox => outbox;

    /// <summary>The memory.</summary>
    public Chunk Chunk { get; private set; } = null!;

    /// <summary>Bytes of the message.</summary>
    public int Length { get; set; }

    /// <summary>The next spare one.</summary>
    public Loaned<T>? Next { get; set; }

    /// <summary>Who has the loan now.</summary>
    public uint Ticket => Volatile.Read(ref _ticket);

    /// <summary>Begins a loan.</summary>
    public void Begin(Chunk chunk, int length)
    {
        Chunk = chunk;
        Length = length;
    }

    /// <summary>Ends the loan, and with it its use of the memory.</summary>
    /// <param name="gives">The use goes on: it is that of the message which was sent.</param>
    public void End(bool gives)
    {
        Volatile.Write(ref _ticket, _ticket + 1);
        if (!gives)
        {
            Chunk.Release();
        }
    }

    /// <summary>Takes a larger chunk in the place of the one that the message outgrew.</summary>
    public void Grow(Chunk larger)
    {
        Chunk.GetSpan()[..Length].CopyTo(larger.GetSpan());
        Chunk.Release();
        Chunk = larger;
    }

    /// <summary>Throws when the loan of that ticket has ended.</summary>
    public void Check(uint ticket)
    {
        if (Ticket != ticket)
        {
            throw Disposed.Of("The loan has ended: it was sent or disposed.");
        }
    }
}
