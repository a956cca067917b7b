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
}
