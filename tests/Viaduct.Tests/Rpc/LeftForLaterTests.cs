using Viaduct.Calls;
using Viaduct.Links;
using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>Calls that a callee's thread takes while it waits for an answer.</summary>
public sealed class LeftForLaterTests
{
    [Fact]
    public async Task One_that_is_taken_while_the_socket_is_closed_is_told()
    {
        await using Distance distance = new(DistanceKind.SharedMemory);
        ServiceSpec spec = new("later", "") { Context = distance.Context };
        CalleeSocket? callee = null;
        callee = distance.Far.OpenCallee(spec, new ServerOptions(), null, heeds: (_, _) =>
        {
            // Between the taking of this one and of the next.
            Background.Run(callee!.Dispose).Wait(Patience.Limit);
            return false;
        });
        CallerSocket caller = distance.Near.OpenCaller(spec, new ClientOptions());
        await caller.WaitForPeersAsync(1, Patience.Token).Within();
        Frame frame = Frame.Rent();
        CallFrame.Begin(frame, RpcFrames.OneWay);
        Assert.Equal(WaitResult.Done, caller.Route.Send(null, frame, isWork: true, Patience.Limit, CancellationToken.None));
        frame.Return();
        await Waiting.Until(callee.IsReady);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Background.Run(callee.TakeAnswers).Within());
        Assert.Equal(1, callee.Counters.DeadLettered);
        await Waiting.Until(() => distance.Events.Items.Any(static e => e.Kind == NodeEventKind.DeadLettered), distance.Events.ToString);
        await Background.Run(caller.Dispose).Within();
    }

    /// <summary>It came behind one that is carried out at the end, and would come before it.</summary>
    [Fact]
    public async Task Nothing_is_received_once_calls_go_back()
    {
        await using Distance distance = new(DistanceKind.SharedMemory);
        ServiceSpec spec = new("left", "") { Context = distance.Context };
        CalleeSocket callee = distance.Far.OpenCallee(spec, new ServerOptions(), null);
        CallerSocket caller = await Connect(distance, spec);
        Send(caller, RpcFrames.OneWay, 1);
        await Waiting.Until(callee.IsReady);
        callee.TakeAnswers();
        callee.GiveBackCalls();
        Send(caller, RpcFrames.OneWay, 2);
        await Waiting.Until(callee.IsReady);
        Assert.Equal(WaitResult.TimedOut, await Background.Run(() => Receive(callee)).Within());
        callee.TakeAnswers();
        Assert.Equal([1, 2], TakeLeft(callee));
        await Task.WhenAll(Background.Run(caller.Dispose), Background.Run(callee.Dispose)).Within();
    }

    /// <summary>As a thread of a service whose node leaves.</summary>
    [Fact]
    public async Task Who_waits_is_told_when_the_socket_ends()
    {
        await using Distance distance = new(DistanceKind.SharedMemory);
        CalleeSocket callee = distance.Far.OpenCallee(new ServiceSpec("ends", "") { Context = distance.Context }, new ServerOptions(), null);
        using ManualResetEventSlim began = new();
        Task waiting = Background.Run(() =>
        {
            began.Set();
            Assert.Throws<ObjectDisposedException>(() => Receive(callee, Timeout.InfiniteTimeSpan));
        });
        await Waiting.Until(() => began.IsSet);
        await Task.Delay(Patience.Moment, TestContext.Current.CancellationToken);
        await Background.Run(callee.Dispose).Within();
        await waiting.Within();
    }

    /// <summary>Between two of which one goes back, and nobody has looked at the other yet.</summary>
    [Fact]
    public async Task Nor_is_what_was_left_for_later_while_they_do()
    {
        await using Distance distance = new(DistanceKind.SharedMemory);
        using ManualResetEventSlim goesBack = new();
        using ManualResetEventSlim gate = new();
        ServiceSpec spec = new("back", "") { Context = distance.Context };
        CalleeSocket callee = distance.Far.OpenCallee(spec, new ServerOptions(), null, returning: (_, _) =>
        {
            goesBack.Set();
            gate.Wait(Patience.Limit);
        });
        CallerSocket caller = await Connect(distance, spec);
        Send(caller, RpcFrames.OneWay, 1);
        Send(caller, RpcFrames.Call, 2);
        Send(caller, RpcFrames.OneWay, 3);
        await Waiting.Until(() =>
        {
            callee.TakeAnswers();
            return callee.Requests.MessagesReceived == 3;
        });
        Task giving = Background.Run(callee.GiveBackCalls);
        await Waiting.Until(() => goesBack.IsSet);
        WaitResult received = await Background.Run(() => Receive(callee)).Within();
        gate.Set();
        await giving.Within();
        Assert.Equal(WaitResult.TimedOut, received);
        Assert.Equal([1, 3], TakeLeft(callee));
        await Task.WhenAll(Background.Run(caller.Dispose), Background.Run(callee.Dispose)).Within();
    }

    /// <summary>One of the service's waits for an answer, and another drains it.</summary>
    [Fact]
    public async Task Those_that_two_threads_take_keep_their_order()
    {
        await using Distance distance = new(DistanceKind.SharedMemory);
        using ManualResetEventSlim isTaken = new();
        using ManualResetEventSlim gate = new();
        ServiceSpec spec = new("both", "") { Context = distance.Context };
        CalleeSocket callee = distance.Far.OpenCallee(spec, new ServerOptions(), null, heeds: (sender, frame) =>
        {
            CallFrame.TryRead(frame, out _, out uint number);
            if (number == 1)
            {
                isTaken.Set();
                gate.Wait(Patience.Limit);
            }

            return false;
        });
        CallerSocket caller = await Connect(distance, spec);
        callee.GiveBackCalls();
        Send(caller, RpcFrames.OneWay, 1);
        await Waiting.Until(callee.IsReady);
        Task first = Background.Run(callee.TakeAnswers);
        await Waiting.Until(() => isTaken.IsSet);
        Send(caller, RpcFrames.OneWay, 2);
        Task second = Background.Run(callee.TakeAnswers);
        await Task.WhenAny(second, Task.Delay(Patience.Moment, TestContext.Current.CancellationToken));
        gate.Set();
        await Task.WhenAll(first, second).Within();
        Assert.Equal([1, 2], TakeLeft(callee));
        await Task.WhenAll(Background.Run(caller.Dispose), Background.Run(callee.Dispose)).Within();
    }

    private static async Task<CallerSocket> Connect(Distance distance, ServiceSpec spec)
    {
        CallerSocket caller = distance.Near.OpenCaller(spec, new ClientOptions());
        await caller.WaitForPeersAsync(1, Patience.Token).Within();
        return caller;
    }

    private static void Send(CallerSocket caller, byte kind, uint number)
    {
        Frame frame = Frame.Rent();
        CallFrame.Begin(frame, kind);
        CallFrame.SetId(frame, number);
        Assert.Equal(WaitResult.Done, caller.Route.Send(null, frame, isWork: true, Patience.Limit, CancellationToken.None));
        frame.Return();
    }

    private static WaitResult Receive(CalleeSocket callee) => Receive(callee, Patience.Moment);

    private static WaitResult Receive(CalleeSocket callee, TimeSpan timeout)
    {
        IncomingFrame incoming = default;
        return callee.Receive(ref incoming, timeout, CancellationToken.None);
    }

    private static List<uint> TakeLeft(CalleeSocket callee)
    {
        List<uint> numbers = [];
        while (callee.TryTakeLeft(out Frame? frame, out _))
        {
            CallFrame.TryRead(frame, out _, out uint number);
            numbers.Add(number);
            frame.Return();
        }

        return numbers;
    }
}
