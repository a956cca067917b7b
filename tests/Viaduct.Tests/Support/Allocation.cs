namespace Viaduct.Tests.Support;

/// <summary>What operations allocate, on whichever threads they run.</summary>
public static class Allocation
{
    private const int WarmUp = 1_000;
    private const int Operations = 5_000;
    private const int Attempts = 5;

    /// <summary>
    /// Fails where each of many operations allocates something. The whole process is looked at, so what else goes on in it is in every
    /// attempt's figure, and the least one counts; less than a byte for each operation is none.
    /// </summary>
    /// <param name="repeat">Does so many operations.</param>
    public static async Task IsNone(Func<int, Task> repeat)
    {
        await repeat(WarmUp).ConfigureAwait(false);
        await Quiet().ConfigureAwait(false);
        var allocated = new List<long>();
        do
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await repeat(Operations).ConfigureAwait(false);
            allocated.Add(GC.GetTotalAllocatedBytes(precise: true) - before);
        }
        while (allocated[^1] >= Operations && allocated.Count < Attempts);

        Assert.True(allocated[^1] < Operations, $"{Operations} operations allocated {string.Join(", ", allocated)} bytes.");
    }

    /// <summary>Waits, though not for ever, until what earlier tests left behind has come to its end.</summary>
    private static async Task Quiet()
    {
        for (int i = 0; i < 200; i++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await Task.Delay(50).ConfigureAwait(false);
            if (GC.GetTotalAllocatedBytes(precise: true) - before < Operations)
            {
                return;
            }
        }
    }
}
