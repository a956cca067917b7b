using System.Diagnostics;
using Viaduct.Rpc;
using Viaduct.Tests.Generators;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>What calls promise, whichever road they take to the service.</summary>
public abstract class ServiceSuite : IAsyncLifetime
{
    private ITrial _service = null!;

    /// <summary>The service, by its road.</summary>
    protected abstract Task<ITrial> Connect();

    public async ValueTask InitializeAsync() => _service = await Connect();

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Methods_return_what_they_return()
    {
        Assert.Equal(42, await Run(() => _service.Add(40, 2)));
        Assert.Equal(-1, await Run(() => _service.Add(int.MaxValue, int.MinValue)));
        Assert.Equal(0, await Run(() => _service.Add(0, 0)));
        Assert.Equal(42, await _service.AddAsync(40, 2, Patience.Token).Within());
        Assert.Equal("ä€😀", await _service.EchoAsync("ä€😀").Within());
        Assert.Equal("", await _service.EchoAsync("").Within());
        Assert.Null(await _service.EchoAsync(null).Within());
    }

    [Fact]
    public async Task What_a_method_throws_its_caller_catches_with_its_type_its_message_and_its_place()
    {
        RemoteException error = await Assert.ThrowsAsync<RemoteException>(() => Run(() => _service.Fail("no such time")));
        Assert.Equal(typeof(InvalidTimeZoneException).FullName, error.RemoteType);
        Assert.Equal("no such time", error.RemoteMessage);
        Assert.Equal(nameof(ITrial.Fail), error.Method);
        Assert.Contains(nameof(Trial.Fail), error.RemoteStackTrace, StringComparison.Ordinal);
        Assert.Equal(3, await Run(() => _service.Add(1, 2)));
    }

    [Fact]
    public async Task Many_calls_at_once_each_get_their_own_answer()
    {
        Task[] callers = [.. Enumerable.Range(0, 16).Select(caller => caller % 2 == 0 ? Background.Run(() => Blocking(caller)) : Awaiting(caller))];
        await Task.WhenAll(callers).Within();

        void Blocking(int caller)
        {
            for (int i = 0; i < 200; i++)
            {
                Assert.Equal((caller * 1000) + i, _service.Add(caller * 1000, i));
            }
        }

        async Task Awaiting(int caller)
        {
            for (int i = 0; i < 200; i++)
            {
                Assert.Equal((caller * 1000) + i, await _service.AddAsync(caller * 1000, i));
            }
        }
    }

    [Fact]
    public async Task More_calls_than_may_be_under_way_wait_for_their_turn()
    {
        Task<int>[] calls = [.. Enumerable.Range(0, 1000).Select(i => _service.AddAsync(i, i).AsTask())];
        int[] sums = await Task.WhenAll(calls).Within();
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => 2 * i), sums);
    }

    [Fact]
    public async Task A_call_that_is_cancelled_ends_at_both_ends()
    {
        using var cancellation = new CancellationTokenSource();
        Task waiting = _service.WaitAsync(cancellation.Token);
        Assert.Equal(3, await _service.AddAsync(1, 2, Patience.Token).Within());
        await Waiting.Until(() => _service.Begun() == 1);
        Assert.False(waiting.IsCompleted);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.Within());
        await Waiting.Until(() => _service.Canceled() == 1);
    }

    [Fact]
    public async Task A_call_whose_time_is_over_throws_and_what_is_left_of_it_travels()
    {
        Assert.Equal(-1, await Run(_service.RemainingMilliseconds));
        long start = Stopwatch.GetTimestamp();
        using (CallContext.Within(TimeSpan.FromSeconds(100)))
        {
            long within = Stopwatch.GetTimestamp();
            await Task.Delay(50, CancellationToken.None);
            double waited = Stopwatch.GetElapsedTime(within).TotalMilliseconds;
            double left = await Run(_service.RemainingMilliseconds);

            // It travels in whole microseconds.
            Assert.InRange(left, 100_000 - Stopwatch.GetElapsedTime(start).TotalMilliseconds - 1, 100_000 - waited);
        }

        Assert.Equal(-1, await Run(_service.RemainingMilliseconds));
        for (int milliseconds = 50; _service.Begun() == 0; milliseconds *= 10)
        {
            // What the service gets to too late it does not begin: it is given more time then.
            Assert.InRange(milliseconds, 50, 5000);
            Task late;
            using (CallContext.Within(TimeSpan.FromMilliseconds(milliseconds)))
            {
                late = _service.WaitAsync(CancellationToken.None);
            }

            Assert.IsType<TimeoutException>(await late.Outcome());
        }

        await Waiting.Until(() => _service.Canceled() == _service.Begun());
    }

    /// <summary>The listener is called while the call from here is under way: how far that had come is taken off.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_left_shrinks_from_call_to_call_and_how_urgent_they_are_stays(bool isAwaited)
    {
        TimeSpan? left = null;
        int priority = 0;
        var listener = new Listener(number =>
        {
            (left, priority) = (CallContext.Remaining, CallContext.Priority);
            return number;
        });
        double[] there;
        long start = Stopwatch.GetTimestamp();
        using (CallContext.Within(TimeSpan.FromSeconds(100)))
        using (CallContext.WithPriority(-7))
        {
            there = isAwaited ? await _service.TellLateAsync(listener, 50).Within() : await Run(() => _service.TellLate(listener, 50));
        }

        double all = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        Assert.InRange(there[0], 100_000 - all - 1, 100_000);
        Assert.InRange(there[1], 49, all);
        Assert.InRange(left!.Value.TotalMilliseconds, 100_000 - all - 1, there[0] - there[1]);
        Assert.Equal(-7, priority);
        Assert.Null(CallContext.Remaining);
        Assert.Equal(0, CallContext.Priority);
    }

    [Fact]
    public async Task Calls_without_an_answer_arrive_in_their_order()
    {
        await Run(() =>
        {
            for (int i = 0; i < 2000; i++)
            {
                _service.Note(i);
            }
        });
        Assert.Equal(Enumerable.Range(0, 2000), await Run(_service.Notes));
    }

    [Fact]
    public async Task A_stream_brings_its_items_in_their_order_and_then_ends()
    {
        var items = new List<int>();
        await foreach (int item in _service.CountAsync(10, 3000).WithCancellation(Patience.Token))
        {
            items.Add(item);
        }

        Assert.Equal(Enumerable.Range(10, 3000), items);
        await foreach (int item in _service.CountAsync(0, 0).WithCancellation(Patience.Token))
        {
            Assert.Fail($"{item} is of an empty stream.");
        }
    }

    [Fact]
    public async Task A_stream_that_is_left_early_is_ended_at_the_service()
    {
        await foreach (int item in _service.CountAsync(0, int.MaxValue).WithCancellation(Patience.Token))
        {
            if (item == 1000)
            {
                break;
            }
        }

        await Waiting.Until(() => _service.Notes().Contains(-1));
    }

    /// <summary>An odd number throws in the step that is asked for; an even one may do so before or after somebody looks whether that has ended.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(700)]
    [InlineData(701)]
    public async Task A_stream_throws_what_it_threw_behind_the_items_before(int before)
    {
        int count = 0;
        RemoteException error = await Assert.ThrowsAsync<RemoteException>(async () =>
        {
            await foreach (int item in _service.FailAfterAsync(before))
            {
                Assert.Equal(count, item);
                count++;
            }
        });
        Assert.Equal(before, count);
        Assert.Equal("enough", error.RemoteMessage);
    }

    [Fact]
    public async Task A_stream_has_its_token_for_itself()
    {
        int count = 0;
        await foreach (int item in _service.CountAsync(0, 3000))
        {
            Assert.Equal(count++, item);
            if (count % 1000 == 1)
            {
                for (int i = 0; i < 3; i++)
                {
                    using var cancellation = new CancellationTokenSource();
                    Task call = _service.WaitAsync(cancellation.Token);
                    await cancellation.CancelAsync();
                    await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Within());
                }
            }
        }

        Assert.Equal(3000, count);
    }

    [Fact]
    public async Task A_stream_that_is_passed_along_is_read_where_it_goes()
    {
        Assert.Equal(3000L * 2999 / 2, await _service.SumAsync(Numbers(3000)).Within());
        Assert.Equal(0, await _service.SumAsync(Numbers(0)).Within());

        static async IAsyncEnumerable<int> Numbers(int count)
        {
            for (int i = 0; i < count; i++)
            {
                if (i % 500 == 0)
                {
                    await Task.Yield();
                }

                yield return i;
            }
        }
    }

    [Fact]
    public async Task A_span_goes_and_comes_back_and_one_that_is_read_only_goes()
    {
        await Run(() =>
        {
            Span<byte> buffer = stackalloc byte[100];
            buffer[0] = 7;
            Assert.Equal(7, _service.Fill(buffer, 9));
            Assert.Equal(-1, buffer.IndexOfAnyExcept((byte)9));
            Assert.Equal(-1, _service.Fill([], 1));
            Assert.Equal([3, 2, 1], _service.Reverse([1, 2, 3]));
            byte[] large = new byte[1_000_000];
            Assert.Equal(0, _service.Fill(large, 5));
            Assert.Equal(-1, large.AsSpan().IndexOfAnyExcept((byte)5));
        });
    }

    [Fact]
    public async Task An_object_that_a_method_returns_stays_there_and_is_called_there()
    {
        await Run(() =>
        {
            ICounter counter = _service.OpenCounter(5);
            Assert.Equal(5, counter.Take());
            Assert.Equal(6, counter.Take());
            ICounter fork = counter.Fork();
            Assert.Equal(7, counter.Take());
            Assert.Equal(7, fork.Take());
            Assert.True(counter.IsSame(counter));
            Assert.False(counter.IsSame(fork));
        });
    }

    [Fact]
    public async Task A_chain_of_objects_can_be_called_before_the_first_is_there()
    {
        await Run(() =>
        {
            ICounter counter = _service.OpenCounter(5);
            for (int i = 0; i < 10; i++)
            {
                counter = counter.Fork();
            }

            Assert.Equal(5, counter.Take());
        });
    }

    [Fact]
    public async Task Calls_on_an_object_that_never_came_throw_why()
    {
        RemoteException error = await Assert.ThrowsAsync<RemoteException>(() => Run(() => _service.OpenBroken().Take()));
        Assert.Contains("there is none", error.RemoteMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_object_that_is_passed_along_is_called_where_it_is()
    {
        var listener = new Listener();
        Assert.Equal(20, await _service.TellAsync(listener, 5).Within());
        Assert.Equal(20, await Run(() => _service.Tell(listener, 5)));
        Assert.Equal([0, 1, 2, 3, 4, 0, 1, 2, 3, 4], listener.Numbers);
    }

    [Fact]
    public async Task Calls_of_an_object_that_was_passed_along_are_carried_out_in_their_order()
    {
        var listener = new Listener();
        Assert.Equal(4000, await Run(() => _service.TellOneWay(listener, 2000)));
        Assert.Equal(Enumerable.Range(0, 2001), listener.Numbers);
    }

    [Fact]
    public async Task A_callback_that_calls_back_itself_does_not_wait_for_itself()
    {
        var inner = new Listener();
        var outer = new Listener(number => _service.TellAsync(inner, number).Within().GetAwaiter().GetResult());
        Assert.Equal(2 * (0 + 1 + 3), await _service.TellAsync(outer, 4).Within());
        Assert.Equal([0, 0, 1, 0, 1, 2], inner.Numbers);
    }

    [Fact]
    public async Task What_a_method_leaves_in_an_AsyncLocal_no_other_call_finds()
    {
        Assert.Equal(0, await Run(() => _service.Leave(1)));
        Assert.Equal(0, await Run(() => _service.Leave(2)));
    }

    [Fact]
    public async Task A_call_that_fails_takes_no_object_away_that_another_one_brought()
    {
        using ICounter counter = await _service.OpenLaterAsync(5, 0).Within();
        for (int i = 0; i < 10; i++)
        {
            await Assert.ThrowsAsync<RemoteException>(() => Run(() => _service.Fail("no")));
        }

        Assert.Equal(5, await Run(counter.Take));
    }

    [Fact]
    public async Task An_object_that_is_kept_is_called_after_the_call_that_brought_it()
    {
        var listener = new Listener();
        await Run(() =>
        {
            using ICounter ticket = _service.Join(listener);
            Assert.Equal(1, ticket.Take());
            Assert.Equal(8, _service.TellJoined(4));
        });
        Assert.Equal(10, await Run(() => _service.TellJoined(5)));
        Assert.Equal([4, 5], listener.Numbers);
    }

    [Fact]
    public async Task An_object_that_was_released_throws_and_hangs_nobody()
    {
        ICounter counter = await Run(() => _service.OpenCounter(1));
        Assert.Equal(1, await Run(counter.Take));
        counter.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Run(counter.Take));
        Assert.Equal(2, await Run(() => _service.Add(1, 1)));
    }

    [Fact]
    public async Task An_exception_that_can_not_be_told_harms_nobody()
    {
        RemoteException error = await Assert.ThrowsAsync<RemoteException>(() => Run(_service.FailOddly));
        Assert.StartsWith("half a pair: ", error.RemoteMessage, StringComparison.Ordinal);
        Assert.Equal(2, await Run(() => _service.Add(1, 1)));
    }

    [Fact]
    public async Task A_stream_whose_next_item_does_not_come_can_be_left()
    {
        Task reading = Run(async () =>
        {
            await foreach (int item in _service.StallAsync())
            {
                Assert.Equal(1, item);
                break;
            }
        });
        await reading.Within();
    }

    [Fact]
    public async Task Calls_that_were_given_up_make_room_when_they_are_answered()
    {
        for (int round = 0; round < 3; round++)
        {
            using var cancellation = new CancellationTokenSource();
            Task[] waiting = [.. Enumerable.Range(0, 256).Select(_ => _service.WaitAsync(cancellation.Token))];
            await cancellation.CancelAsync();
            foreach (Task call in waiting)
            {
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Within());
            }
        }

        Assert.Equal(2, await Run(() => _service.Add(1, 1)));
    }

    [Fact]
    public async Task A_message_that_is_composed_of_others_comes_back_as_it_went()
    {
        Cargo sent = Cargo.Sample();
        Cargo got = await Run(() => _service.Load(sent));
        Assert.Equal(sent.Order.Lines, got.Order.Lines);
        Assert.Equal(sent.Order with { Lines = [] }, got.Order with { Lines = [] });
        Assert.Equal(sent.Lines, got.Lines);
        Assert.Equal(sent.Colors, got.Colors);
        Assert.Equal((sent.Color, sent.Grade, sent.Count), (got.Color, got.Grade, got.Count));
        Assert.Equal((sent.NoColor, sent.NoLine, sent.NoCount, sent.NoText), (got.NoColor, got.NoLine, got.NoCount, got.NoText));
        Assert.Equal(sent.Marks, got.Marks);
        Assert.Equal(sent.Pair, got.Pair);
        Assert.Equal(sent.Page.Items, got.Page.Items);
        Assert.Equal(sent.Page with { Items = [] }, got.Page with { Items = [] });
        Assert.Equal(sent.Tree.Value, got.Tree.Value);
        Assert.Equal(sent.Tree.Children.Select(child => (child.Value, child.Children.Count)), got.Tree.Children.Select(child => (child.Value, child.Children.Count)));
        Assert.Equal(sent.Shapes, got.Shapes);
    }

    [Fact]
    public async Task A_union_comes_back_as_the_case_that_it_is()
    {
        Shape?[] shapes = [new Circle("wheel", 0.5), new Ring("tyre", 0.5, 0.4), new Square("box", 2, new Square("lid", 1, new Circle("knob", 0.1))), null];
        foreach (Shape? shape in shapes)
        {
            Shape? got = await Run(() => _service.Turn(shape));
            Assert.Equal(shape, got);
            Assert.Equal(shape?.GetType(), got?.GetType());
        }
    }

    /// <summary>On a thread of its own, so that a call which hangs fails the test.</summary>
    private static Task<T> Run<T>(Func<T> call) => Background.Run(call).Within();

    private static Task Run(Action call) => Background.Run(call).Within();

    private static Task Run(Func<Task> call) => Task.Run(call).Within();

    private sealed class Listener(Func<int, int>? hear = null) : IListener
    {
        private readonly List<int> _numbers = [];

        public IReadOnlyList<int> Numbers
        {
            get
            {
                lock (_numbers)
                {
                    return [.. _numbers];
                }
            }
        }

        public int Heard(int number)
        {
            Told(number);
            return hear is null ? 2 * number : hear(number);
        }

        public void Told(int number)
        {
            lock (_numbers)
            {
                _numbers.Add(number);
            }
        }
    }
}
