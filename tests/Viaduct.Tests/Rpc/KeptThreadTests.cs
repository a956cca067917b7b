using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>Methods that keep a service's only thread until something is awaited that comes from their caller: nobody of the service is there to take it.</summary>
public sealed class KeptThreadTests
{
    public static TheoryData<DistanceKind> Kinds => [DistanceKind.Thread, DistanceKind.SharedMemory, DistanceKind.UnixSocket, DistanceKind.Machine];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task One_that_blocks_for_an_awaited_answer_of_its_caller_s_object_gets_it(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        await using Served<IKeeper> served = await distance.OpenService<IKeeper>(new Keeper());
        Ear ear = new();
        for (int i = 0; i < 20; i++)
        {
            int number = i;
            Assert.Equal(number + 1, await Background.Run(() => served.Service.Ask(ear, number)).Within());
        }
    }

    /// <summary>What the caller sends meanwhile waits, in its order.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task One_that_blocks_for_its_caller_s_stream_gets_it_and_what_comes_meanwhile_keeps_its_order(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        await using Served<IKeeper> served = await distance.OpenService<IKeeper>(new Keeper());
        for (int round = 0; round < 5; round++)
        {
            SemaphoreSlim begun = new(0);
            SemaphoreSlim noted = new(0);
            async IAsyncEnumerable<int> Numbers()
            {
                begun.Release();
                await noted.WaitAsync(Patience.Token);
                for (int i = 0; i < 1000; i++)
                {
                    yield return i;
                }
            }

            Task<int> sum = Background.Run(() => served.Service.Sum(Numbers()));
            await begun.WaitAsync(Patience.Token);
            for (int i = 0; i < 200; i++)
            {
                served.Service.Note(i);
                if (i == 100)
                {
                    noted.Release();
                }
            }

            Assert.Equal(999 * 500, await sum.Within());
        }

        IReadOnlyList<int> notes = await Background.Run(served.Service.Notes).Within();
        Assert.Equal(Enumerable.Repeat(Enumerable.Range(0, 200), 5).SelectMany(static round => round), notes);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task One_that_passes_its_caller_s_object_on_and_waits_for_who_calls_it_gets_its_answer(DistanceKind kind)
    {
        await using Distance behind = new(kind);
        await using Served<IKeeper> last = await behind.OpenService<IKeeper>(new Keeper());
        await using Distance distance = new(kind);
        await using Served<IKeeper> served = await distance.OpenService<IKeeper>(new Keeper(last.Service));
        Ear ear = new();
        for (int i = 0; i < 10; i++)
        {
            int number = i;
            Assert.Equal(number + 1, await Background.Run(() => served.Service.Pass(ear, number)).Within());
        }
    }

    [Fact]
    public async Task With_several_threads_it_is_so_too_once_methods_keep_them_all()
    {
        await using Distance distance = new(DistanceKind.SharedMemory);
        await using Served<IKeeper> served = await distance.OpenService<IKeeper>(new Keeper(), new ServeOptions { Context = distance.Context, Threads = 2 });
        Ear ear = new();
        Task<int>[] asked = [.. Enumerable.Range(0, 40).Select(number => Background.Run(() => served.Service.Ask(ear, number)))];
        Assert.Equal(Enumerable.Range(1, 40), await Task.WhenAll(asked).Within());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_ends_the_service_meanwhile_does_not_wait_for_ever(bool drains)
    {
        await using Distance distance = new(DistanceKind.SharedMemory);
        await using Served<IKeeper> served = await distance.OpenService<IKeeper>(new Keeper());
        LateEar ear = new();
        Task<int> asked = Background.Run(() => served.Service.Ask(ear, 1));
        await ear.Asked.Task.Within();
        Task ended = drains ? served.Host.DrainAsync(Patience.Token) : Background.Run(served.Host.Dispose);
        await ended.StaysPending();
        ear.Answer.SetResult(2);
        await ended.Within();
        Assert.Equal(2, await asked.Within());
    }

    private sealed class LateEar : IEar
    {
        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<int> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Hear(int number) => number;

        public Task<int> HearAsync(int number)
        {
            Asked.SetResult();
            return Answer.Task;
        }
    }
}
