using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Viaduct.Linux;

/// <summary>Sleeping on words of memory, and waking who sleeps there.</summary>
internal static unsafe class Futex
{
    /// <summary>The most words of one <see cref="WaitAny"/>, by the kernel.</summary>
    internal const int MaxWords = 128;

    /// <summary>The bitset of a waiter that any wake meets.</summary>
    private const uint MatchAny = 0xFFFFFFFF;

    /// <summary>Wakes everybody who sleeps on a word of this process's own pages.</summary>
    internal static void WakeAll(uint* word, bool shared)
    {
        int operation = shared ? Libc.FUTEX_WAKE : Libc.FUTEX_WAKE | Libc.FUTEX_PRIVATE_FLAG;
        _ = Libc.Syscall(SystemCalls.Futex, (nint)word, operation, int.MaxValue, 0, 0, 0);
    }

    /// <summary>
    /// Sleeps until one of the words differs from its expected value, is woken, or the timeout passes (negative = never). May return
    /// early without a cause: the caller looks at its words again in any case.
    /// </summary>
    /// <exception cref="PlatformNotSupportedException">There are several words and the kernel is older than 5.16.</exception>
    internal static void WaitAny(FutexWords words, TimeSpan timeout)
    {
        if (words.Length is 0 or > MaxWords)
        {
            throw new ArgumentOutOfRangeException(nameof(words), words.Length, $"Between one and {MaxWords} words can be slept on.");
        }

        // Both calls take an absolute time, so that a wait that a signal cut short and that is called again is not prolonged by it.
        KernelTime until = default;
        KernelTime* deadline = null;
        if (timeout >= TimeSpan.Zero)
        {
            until = KernelTime.After(timeout);
            deadline = &until;
        }

        nint result = words.Length == 1 ? WaitOne(ref words[0], deadline) : WaitSeveral(words, deadline);
        if (result >= 0)
        {
            return;
        }

        // EFAULT: a word's file was disposed meanwhile, and there are zero pages now, which nobody can sleep on. Like every
        // other early return it sends the caller back to its words, one of which tells it that the link ended.
        int error = Libc.LastError;
        if (error is Libc.ENOSYS or Libc.EPERM)
        {
            throw new PlatformNotSupportedException(
                "Shared memory needs futex_waitv (Linux 5.16 or later, allowed by the sandbox); set NodeOptions.SharedMemory to false.");
        }

        Debug.Assert(error is Libc.EAGAIN or Libc.EINTR or Libc.ETIMEDOUT or Libc.EFAULT, "A futex wait failed for a reason of its own.");
    }

    private static nint WaitOne(ref FutexWord word, KernelTime* deadline)
    {
        int operation = word.Shared ? Libc.FUTEX_WAIT_BITSET : Libc.FUTEX_WAIT_BITSET | Libc.FUTEX_PRIVATE_FLAG;
        return Libc.Syscall(SystemCalls.Futex, (nint)word.Address, operation, (nint)word.Expected, (nint)deadline, 0, unchecked((nint)MatchAny));
    }

    private static nint WaitSeveral(FutexWords words, KernelTime* deadline)
    {
        Waiter* waiters = stackalloc Waiter[words.Length];
        for (int i = 0; i < words.Length; i++)
        {
            ref FutexWord word = ref words[i];
            waiters[i] = new Waiter
            {
                Value = word.Expected,
                Address = (ulong)word.Address,
                Flags = word.Shared ? Libc.FUTEX2_SIZE_U32 : Libc.FUTEX2_SIZE_U32 | Libc.FUTEX2_PRIVATE,
            };
        }

        return Libc.Syscall(SystemCalls.FutexWaitV, (nint)waiters, words.Length, 0, (nint)deadline, Libc.CLOCK_MONOTONIC, 0);
    }

    /// <summary>The kernel's <c>struct futex_waitv</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Waiter
    {
        internal ulong Value;
        internal ulong Address;
        internal uint Flags;
        internal uint Reserved;
    }

    /// <summary>The kernel's 64-bit <c>struct timespec</c>, a time of the monotonic clock.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct KernelTime
    {
        internal long Seconds;
        internal long Nanoseconds;

        internal static KernelTime After(TimeSpan timeout)
        {
            // On Linux the stopwatch is the monotonic clock in nanoseconds. A century is added at most, which nobody sees the end of.
            long now = Stopwatch.GetTimestamp();
            long ticks = Math.Min(timeout.Ticks, TimeSpan.TicksPerDay * 36500L);
            return new KernelTime
            {
                Seconds = (now / 1_000_000_000) + (ticks / TimeSpan.TicksPerSecond) + Carry(now, ticks, out long rest),
                Nanoseconds = rest,
            };
        }

        private static long Carry(long now, long ticks, out long rest)
        {
            long nanoseconds = (now % 1_000_000_000) + (ticks % TimeSpan.TicksPerSecond * 100);
            rest = nanoseconds % 1_000_000_000;
            return nanoseconds / 1_000_000_000;
        }
    }
}
