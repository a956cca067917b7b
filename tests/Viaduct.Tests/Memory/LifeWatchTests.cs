using Viaduct.Linux;
using Viaduct.Memory;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Memory;

/// <summary>What a peer's life word becomes, and who is told of it.</summary>
public sealed class LifeWatchTests
{
    private const uint Owner = 4711;

    /// <summary>The peer died between the word that names its own and the watch.</summary>
    [Fact]
    public async Task A_mark_that_was_there_before_the_watch_is_told() => await ToldOf(Libc.FUTEX_OWNER_DIED, Libc.FUTEX_OWNER_DIED);

    [Theory]
    [InlineData(Libc.FUTEX_OWNER_DIED)]
    [InlineData(Libc.FUTEX_OWNER_DIED | Owner)]
    [InlineData(Owner + 1)]
    public async Task What_a_word_becomes_is_told(uint becomes) => await ToldOf(Owner, becomes);

    [Fact]
    public async Task A_word_that_is_given_back_tells_nothing()
    {
        (PinnedBlock block, TaskCompletionSource<uint> told, IDisposable watch) = Watch(Owner);
        Write(block, 0);
        await told.Task.StaysPending();
        watch.Dispose();
        GC.KeepAlive(block);
    }

    private static async Task ToldOf(uint before, uint becomes)
    {
        (PinnedBlock block, TaskCompletionSource<uint> told, IDisposable watch) = Watch(before);
        Write(block, becomes);
        Assert.Equal(becomes, await told.Task.Within());
        watch.Dispose();
        GC.KeepAlive(block);
    }

    private static unsafe (PinnedBlock Block, TaskCompletionSource<uint> Told, IDisposable Watch) Watch(uint before)
    {
        PinnedBlock block = new(64);
        *(uint*)block.Pointer = before;
        TaskCompletionSource<uint> told = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return (block, told, LifeWords.Watch((uint*)block.Pointer, value => told.SetResult(value)));
    }

    private static unsafe void Write(PinnedBlock block, uint value)
    {
        Volatile.Write(ref *(uint*)block.Pointer, value);
        Futex.WakeAll((uint*)block.Pointer, shared: true);
    }
}
