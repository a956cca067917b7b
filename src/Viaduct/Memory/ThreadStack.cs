using System.Runtime.CompilerServices;
using Viaduct.Linux;

namespace Viaduct.Memory;

/// <summary>
/// The memory that is a thread's stack while it lives. No two threads have the same at a time, and to compare an address with it takes no call, where to read a variable of the thread's own does.
/// </summary>
/// <param name="Start">Its lowest address.</param>
/// <param name="Length">Its bytes; 0 where it is not known.</param>
internal readonly record struct ThreadStack(nuint Start, nuint Length)
{
    [ThreadStatic]
    private static ThreadStack t_current;

    /// <summary>An address on the current thread's stack.</summary>
    public static unsafe nuint Here
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        [SkipLocalsInit]
        get
        {
            Unsafe.SkipInit(out byte place);
            return (nuint)(&place);
        }
    }

    /// <summary>The current thread's stack. Known on Linux alone, where it is asked of the C library once a thread.</summary>
    public static ThreadStack Current
    {
        get
        {
            if (t_current.Length == 0 && Platform.IsLinux && Libc.TryGetStack(out nuint start, out nuint length) && Here - start < length)
            {
                t_current = new ThreadStack(start, length);
            }

            return t_current;
        }
    }
}
