using System.Diagnostics;
using System.Runtime.CompilerServices;
using Viaduct.Rpc;
using Viaduct.Tests.Generators;

namespace Viaduct.Tests.Rpc;

/// <summary>The service of the trials.</summary>
public sealed class Trial : ITrial
{
    private static readonly AsyncLocal<int> s_left = new();

    private readonly List<int> _notes = [];
    private int _begun;
    private int _canceled;
    private IListener? _joined;

    /// <summary>What <see cref="Tell"/> does at its end.</summary>
    public Action? Then { get; init; }

    /// <summary>What <see cref="OpenLaterAsync"/> waits for besides its time.</summary>
    public Task Later { get; init; } = Task.CompletedTask;

    public int Add(int a, int b) => a + b;

    public async ValueTask<int> AddAsync(int a, int b, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        return a + b;
    }

    public Task<string?> EchoAsync(string? text) => Task.FromResult(text);

    public void Fail(string message) => throw new InvalidTimeZoneException(message);

    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _begun);
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        finally
        {
            Interlocked.Increment(ref _canceled);
        }
    }

    public int Begun() => Volatile.Read(ref _begun);

    public int Canceled() => Volatile.Read(ref _canceled);

    public void Note(int number)
    {
        lock (_notes)
        {
            _notes.Add(number);
        }
    }

    public IReadOnlyList<int> Notes()
    {
        lock (_notes)
        {
            return [.. _notes];
        }
    }

    public async IAsyncEnumerable<int> CountAsync(int first, int count, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        try
        {
            for (int i = 0; i < count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (i % 100 == 99)
                {
                    await Task.Yield();
                }

                yield return first + i;
            }
        }
        finally
        {
            Note(-1);
        }
    }

    public async IAsyncEnumerable<int> FailAfterAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            yield return i;
        }

        if (count % 2 == 0)
        {
            await Task.Yield();
        }

        throw new InvalidTimeZoneException("enough");
    }

    public async Task<long> SumAsync(IAsyncEnumerable<int> numbers)
    {
        long sum = 0;
        await foreach (int number in numbers)
        {
            sum += number;
        }

        return sum;
    }

    public int Fill(Span<byte> buffer, byte value)
    {
        int before = buffer.Length > 0 ? buffer[0] : -1;
        buffer.Fill(value);
        return before;
    }

    public byte[] Reverse(ReadOnlySpan<byte> bytes)
    {
        byte[] reversed = bytes.ToArray();
        Array.Reverse(reversed);
        return reversed;
    }

    public ICounter OpenCounter(int start) => new Counter(start);

    public ICounter OpenBroken() => throw new InvalidTimeZoneException("there is none");

    public async Task<int> TellAsync(IListener listener, int times)
    {
        int sum = 0;
        for (int i = 0; i < times; i++)
        {
            await Task.Yield();
            sum += listener.Heard(i);
        }

        return sum;
    }

    public int Tell(IListener listener, int times)
    {
        int sum = 0;
        for (int i = 0; i < times; i++)
        {
            sum += listener.Heard(i);
        }

        Then?.Invoke();
        return sum;
    }

    public double RemainingMilliseconds() => CallContext.Remaining?.TotalMilliseconds ?? -1;

    /// <summary>Calls the listener after some time; what was left before, and how long it took until then.</summary>
    public double[] TellLate(IListener listener, int milliseconds)
    {
        double before = RemainingMilliseconds();
        long start = Stopwatch.GetTimestamp();
        Thread.Sleep(milliseconds);
        double waited = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        listener.Heard(milliseconds);
        return [before, waited];
    }

    public async Task<double[]> TellLateAsync(IListener listener, int milliseconds)
    {
        double before = RemainingMilliseconds();
        long start = Stopwatch.GetTimestamp();
        await Pass(milliseconds);
        double waited = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        listener.Heard(milliseconds);
        return [before, waited];
    }

    public void FailOddly() => throw new InvalidTimeZoneException("half a pair: \ud800");

    public ICounter Join(IListener listener)
    {
        _joined = listener;
        return new Counter(1);
    }

    public int TellJoined(int number) => _joined!.Heard(number);

    public async IAsyncEnumerable<int> StallAsync()
    {
        yield return 1;
        await Task.Delay(TimeSpan.FromMinutes(1), CancellationToken.None);
    }

    public int TellOneWay(IListener listener, int times)
    {
        for (int i = 0; i < times; i++)
        {
            listener.Told(i);
        }

        return listener.Heard(times);
    }

    public async Task<ICounter> OpenLaterAsync(int start, int milliseconds)
    {
        await Pass(milliseconds);
        await Later;
        return new Counter(start);
    }

    public int Leave(int value)
    {
        int before = s_left.Value;
        s_left.Value = value;
        return before;
    }

    public Cargo Load(Cargo cargo) => cargo;

    public Shape? Turn(Shape? shape) => shape;

    public string ThreadName() => Thread.CurrentThread.IsThreadPoolThread ? "the thread pool" : Thread.CurrentThread.Name ?? "";

    public Task<string> ThreadNameAsync() => Task.FromResult(ThreadName());

    /// <summary>Not less than so long: a timer counts in the kernel's ticks, and may end one of them early.</summary>
    private static async Task Pass(int milliseconds)
    {
        long start = Stopwatch.GetTimestamp();
        for (double left = milliseconds; left > 0; left = milliseconds - Stopwatch.GetElapsedTime(start).TotalMilliseconds)
        {
            await Task.Delay((int)Math.Ceiling(left), CancellationToken.None);
        }
    }

    private sealed class Counter(int start) : ICounter
    {
        private int _last = start - 1;

        public int Take() => Interlocked.Increment(ref _last);

        public Task<int> TakeAsync() => Task.FromResult(Take());

        public ICounter Fork() => new Counter(Volatile.Read(ref _last) + 1);

        public bool IsSame(ICounter other) => ReferenceEquals(this, other);

        public void Skip() => Take();

        public void Dispose()
        {
        }
    }
}
