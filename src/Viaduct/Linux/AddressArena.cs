namespace Viaduct.Linux;

/// <summary>Addresses for mappings that are never given back, one after the other. Thread-safe.</summary>
/// <remarks>
/// What a disposed memory file leaves is a range of zero pages for ever. Side by side, and with equal permissions, such ranges are one to the
/// kernel, which allows a process 65,530 of them: a process that meets and leaves peers for months would reach that otherwise.
/// </remarks>
internal sealed unsafe class AddressArena
{
    /// <summary>Addresses reserved at once; they cost nothing.</summary>
    private const long ReservationSize = 16L << 30;

    private readonly Lock _gate = new();

    /// <summary>What is left of the reservation.</summary>
    private nint _next;
    private nint _end;

    /// <summary>For this process's own files, which it writes.</summary>
    internal static AddressArena Written { get; } = new();

    /// <summary>For peers' files, which it only reads.</summary>
    internal static AddressArena Read { get; } = new();

    /// <summary>Takes whole pages of reserved addresses to map over; null if none are to be had, and the kernel must choose.</summary>
    internal void* Take(long length)
    {
        lock (_gate)
        {
            if (_end - _next < length && !Reserve(length))
            {
                return null;
            }

            nint taken = _next;
            _next += (nint)length;
            return (void*)taken;
        }
    }

    private bool Reserve(long length)
    {
        const int flags = Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS | Libc.MAP_NORESERVE;
        long size = Math.Max(ReservationSize, length);
        nint address = Libc.Mmap(null, (nuint)size, protection: 0, flags, -1, 0);
        if (address == -1)
        {
            return false;
        }

        _next = address;
        _end = address + (nint)size;
        return true;
    }
}
