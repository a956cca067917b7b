#if !NET10_0_OR_GREATER
namespace Viaduct;

/// <summary>The barriers of .NET 10 for the one build that is for an earlier one (see "native" in build.sh): full ones, which order more.</summary>
internal static class VolatileBarriers
{
    extension(Volatile)
    {
        /// <summary>No read or write behind it is seen before a read in front of it.</summary>
        public static void ReadBarrier() => Interlocked.MemoryBarrier();

        /// <summary>No read or write in front of it is seen after a write behind it.</summary>
        public static void WriteBarrier() => Interlocked.MemoryBarrier();
    }
}
#endif
