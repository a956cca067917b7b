using System.Collections.Concurrent;
using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>Calls of every kind, by chance and several at a time: each has one right answer, and an end.</summary>
/// <param name="service">The service of the trials.</param>
/// <param name="inOrder">Whether it carries out one at a time, each in its turn.</param>
/// <param name="mayBeLost">Whether a call on an object, or another, may end with an exception.</param>
internal sealed class MixedCalls(ITrial service, bool inOrder, Func<bool, Exception, bool> mayBeLost)
{
    private const int MostOpen = 12;

    private readonly ConcurrentQueue<string> _wrong = new();
    private int _made;
    private int _lost;

    /// <summary>What came out otherwise than it had to, in words.</summary>
    public IReadOnlyCollection<string> Wrong => _wrong;

    public int Made => _made;

    public int Lost => _lost;

    /// <summary>Makes so many calls on each of so many threads.</summary>
    public Task Run(int callers, int calls, int seed) => Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Background.Run(() => Call(new Random(seed + caller), calls))));

    private void Call(Random random, int calls)
    {
        List<Task> open = [];
        for (int i = 0; i < calls; i++)
        {
            open.Add(Try(random.Next(17), random.Next(1, 1000), random.Next()));
            if (open.Count == MostOpen)
            {
                WaitFor(open);
            }
        }

        WaitFor(open);
    }

    private void WaitFor(List<Task> open)
    {
        if (!Task.WaitAll([.. open], Patience.Limit))
        {
            _wrong.Enqueue($"{open.Count(static task => !task.IsCompleted)} calls hang");
        }

        open.Clear();
    }

    /// <summary>Never throws; blocks where the call does.</summary>
    private async Task Try(int kind, int number, int chance)
    {
        Interlocked.Increment(ref _made);
        try
        {
            string? wrong = await Make(kind, number, chance);
            if (wrong is not null)
            {
                _wrong.Enqueue($"call {kind} of {number}, {chance}: {wrong}");
            }
        }
        catch (Exception error) when (mayBeLost(kind is 9 or 10 or 13, error))
        {
            Interlocked.Increment(ref _lost);
        }
        catch (Exception error)
        {
            _wrong.Enqueue($"call {kind} of {number}, {chance}: {error}");
        }
    }

    private static string? Same<T>(T expected, T actual) => EqualityComparer<T>.Default.Equals(expected, actual) ? null : $"{actual} instead of {expected}";

    private async Task<string?> Make(int kind, int number, int chance)
    {
        switch (kind)
        {
            case 0:
                return Same(number + chance, service.Add(number, chance));
            case 1:
                return Same(number + chance, await service.AddAsync(number, chance));
            case 2:
                string text = new('x', chance % 20_000);
                return Same(text, await service.EchoAsync(text));
            case 3:
                return await Fails(() => service.Fail("this is right"));
            case 4:
                return await Cancelled(chance);
            case 5:
                service.Note(number);
                return null;
            case 6:
                return await Count(number, chance % 300, chance % 3 == 0 ? chance % 100 : int.MaxValue);
            case 7:
                return Same((long)number * (number - 1) / 2, await service.SumAsync(Numbers(number)));
            case 8:
                return Bytes(chance % 3 == 0 ? chance % 200_000 : chance % 200);
            case 9:
                return await Counted(number, chance);
            case 10:
                using (ICounter broken = service.OpenBroken())
                using (ICounter fork = broken.Fork())
                {
                    return await Fails(() => fork.Take());
                }

            case 11:
                return Same(Heard(number % 20), await service.TellAsync(new Listener(), number % 20));
            case 12:
                return Same(Heard(number % 20), service.Tell(new Listener(), number % 20));
            case 13:
                using (ICounter later = await service.OpenLaterAsync(number, chance % 3))
                {
                    return Same(number, later.Take());
                }

            case 14:
                return await Told(number % 40);
            case 15:
                return await FailsAfter(chance % 50);
            default:
                using (var timer = new CancellationTokenSource(chance % 4))
                {
                    try
                    {
                        return Same(number + chance, await service.AddAsync(number, chance, timer.Token));
                    }
                    catch (OperationCanceledException) when (timer.IsCancellationRequested)
                    {
                        return null;
                    }
                }
        }
    }

    private static async Task<string?> Fails(Action call)
    {
        await Task.CompletedTask;
        try
        {
            call();
            return "it did not fail";
        }
        catch (RemoteException error) when (error.RemoteType == typeof(InvalidTimeZoneException).FullName)
        {
            return null;
        }
    }

    private async Task<string?> Cancelled(int chance)
    {
        using var cancellation = new CancellationTokenSource(chance % 10);
        try
        {
            await service.WaitAsync(cancellation.Token);
            return "it came to an end";
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<string?> Count(int first, int count, int enough)
    {
        int next = first;
        await foreach (int number in service.CountAsync(first, count))
        {
            if (number != next++)
            {
                return $"{number} instead of {next - 1}";
            }

            if (next - first >= enough)
            {
                return null;
            }
        }

        return Same(first + count, next);
    }

    private static async IAsyncEnumerable<int> Numbers(int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (i % 64 == 63)
            {
                await Task.Yield();
            }

            yield return i;
        }
    }

    private string? Bytes(int length)
    {
        byte[] bytes = new byte[length];
        bytes.AsSpan().Fill((byte)length);
        if (service.Fill(bytes, (byte)(length + 1)) != (length > 0 ? (byte)length : -1) || bytes.AsSpan().ContainsAnyExcept((byte)(length + 1)))
        {
            return $"{length} bytes were not filled";
        }

        for (int i = 0; i < length; i++)
        {
            bytes[i] = (byte)i;
        }

        byte[] reversed = service.Reverse(bytes);
        Array.Reverse(reversed);
        return reversed.AsSpan().SequenceEqual(bytes) ? null : $"{length} bytes were not reversed";
    }

    private async Task<string?> Counted(int start, int chance)
    {
        using ICounter counter = service.OpenCounter(start);
        if (!inOrder && Same(start++, counter.Take()) is { } wrong)
        {
            return wrong;
        }

        using ICounter fork = counter.Fork();
        if (inOrder && chance % 2 == 0)
        {
            counter.Skip();
            return Same(start + 1, counter.Take()) ?? Same(start, await fork.TakeAsync());
        }

        using ICounter next = fork.Fork();
        return Same(true, next.IsSame(next)) ?? Same(false, fork.IsSame(counter)) ?? Same(start, await next.TakeAsync());
    }

    private async Task<string?> Told(int times)
    {
        var listener = new Listener();
        int last = service.TellOneWay(listener, times);

        // One-way callbacks are heard before the one behind them that is waited for.
        await Task.CompletedTask;
        return Same(times + 1, last) ?? Same(times, listener.Times);
    }

    private async Task<string?> FailsAfter(int count)
    {
        int next = 0;
        try
        {
            await foreach (int number in service.FailAfterAsync(count))
            {
                if (number != next++)
                {
                    return $"{number} instead of {next - 1}";
                }
            }

            return "the stream did not fail";
        }
        catch (RemoteException error) when (error.RemoteType == typeof(InvalidTimeZoneException).FullName)
        {
            return Same(count, next);
        }
    }

    private static int Heard(int times) => Enumerable.Range(0, times).Sum(static number => number + 1);

    private sealed class Listener : IListener
    {
        private int _times;

        public int Times => Volatile.Read(ref _times);

        public int Heard(int number) => number + 1;

        public void Told(int number) => Interlocked.Increment(ref _times);
    }
}
