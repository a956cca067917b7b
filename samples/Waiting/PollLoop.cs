using System.Runtime.InteropServices;
using Viaduct;

namespace Waiting;

/// <summary>A loop of somebody else's that knows descriptors only: here poll(2) itself, otherwise libuv, a GUI's or a language's.</summary>
internal static partial class PollLoop
{
    private const short POLLIN = 1;

    public static int Sum(Consumer<int> numbers, Consumer<int> others)
    {
        using Selector selector = new(numbers, others);
        Item item = new() { Descriptor = (int)selector.Descriptor.DangerousGetHandle(), Events = POLLIN };
        int sum = 0;
        while (!numbers.IsCompleted || !others.IsCompleted)
        {
            Poll(ref item, 1, timeout: -1);

            // One thing a turn is enough: as long as something is left, the descriptor stays readable.
            if (selector.TryWait(out int index))
            {
                Consumer<int> ready = index == 0 ? numbers : others;
                if (ready.TryReceive(out int number))
                {
                    sum += number;
                }
                else if (ready.IsCompleted)
                {
                    selector.Remove(ready);
                }
            }
        }

        return sum;
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref Item items, nuint count, int timeout);

    /// <summary>The kernel's <c>struct pollfd</c>.</summary>
    private struct Item
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
