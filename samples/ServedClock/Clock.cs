using System.Runtime.CompilerServices;

namespace ServedClock;

internal sealed class Clock : IClock
{
    public async Task<Reading> ReadAsync(string zone)
    {
        await Task.Delay(10);
        return new Reading(TimeZoneInfo.ConvertTimeBySystemTimeZoneId(DateTimeOffset.UtcNow, zone), Source.System);
    }

    public async IAsyncEnumerable<int> CountAsync(int from, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (int left = from; left >= 0; left--)
        {
            yield return left;
            await Task.Delay(1, cancellationToken);
        }
    }
}
