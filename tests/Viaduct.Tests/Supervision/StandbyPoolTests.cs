using System.Collections.Concurrent;
using Viaduct.Supervision;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Supervision;

public sealed class StandbyPoolTests
{
    private readonly Puppets _puppets = new();
    private int _starts;

    [Fact]
    public async Task One_that_is_taken_was_ready_and_another_is_started()
    {
        await using StandbyPool<Puppet> pool = Pool(count: 2);
        await Waiting.Until(() => pool.Ready == 2);

        Assert.True(pool.TryTake(out Puppet? first));
        Puppet second = await pool.TakeAsync().Within("take");

        Assert.NotSame(first, second);
        await Waiting.Until(() => pool.Ready == 2);
        Assert.Equal(4, Volatile.Read(ref _starts));
    }

    [Fact]
    public async Task One_that_ends_before_it_is_taken_is_replaced_and_never_given()
    {
        ConcurrentQueue<ExitReason> failures = new();
        ConcurrentQueue<Puppet> started = new();
        await using StandbyPool<Puppet> pool = Pool(failed: failures.Enqueue, started: started.Enqueue);
        await Waiting.Until(() => pool.Ready == 1);

        Assert.True(started.TryPeek(out Puppet? first));
        first.End(9);

        Puppet taken = await pool.TakeAsync().Within("take");
        Assert.NotSame(first, taken);
        await Waiting.Until(() => !failures.IsEmpty);
        Assert.Equal(9, failures.First().ExitCode);
    }

    [Fact]
    public async Task Who_waits_is_served_in_order_and_may_give_up()
    {
        using SemaphoreSlim gate = new(0);
        await using StandbyPool<Puppet> pool = Pool(gate: gate);
        using CancellationTokenSource impatient = new();
        Assert.False(pool.TryTake(out _));
        Task<Puppet> first = pool.TakeAsync(impatient.Token).AsTask();
        Task<Puppet> second = pool.TakeAsync().AsTask();
        Task<Puppet> third = pool.TakeAsync().AsTask();

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.Within("the wait that gives up"));
        gate.Release();
        await second.Within("the second");
        await third.StaysPending();
        gate.Release();
        await third.Within("the third");
    }

    [Fact]
    public async Task Starts_that_fail_are_tried_again_after_a_while()
    {
        int starts = 0;
        StandbyOptions options = new() { TimeProvider = _puppets.Time };
        await using StandbyPool<Puppet> pool = new(
            _ => Interlocked.Increment(ref starts) <= 2 ? throw new IOException("no") : ValueTask.FromResult(new Puppet("p", _puppets)), options);

        // The first failure waits for nothing, the second for a tenth of a second.
        await Waiting.Until(() => Volatile.Read(ref starts) == 2 && _puppets.Time.Running > 0);
        Task<Puppet> take = pool.TakeAsync().AsTask();
        await take.StaysPending();
        _puppets.Time.Advance(TimeSpan.FromSeconds(1));

        await take.Within("take");
    }

    [Fact]
    public async Task Disposing_stops_those_that_wait_and_frees_who_waits()
    {
        ConcurrentQueue<Puppet> started = new();
        StandbyPool<Puppet> pool = Pool(started: started.Enqueue);
        await Waiting.Until(() => pool.Ready == 1);

        await pool.DisposeAsync().Within("dispose");
        await pool.DisposeAsync().Within("dispose");

        Assert.All(started, puppet => Assert.True(puppet.Exited.IsCompleted));
        Assert.Throws<ObjectDisposedException>(() => pool.TryTake(out _));

        using SemaphoreSlim gate = new(0);
        StandbyPool<Puppet> empty = Pool(gate: gate);
        Task<Puppet> take = empty.TakeAsync().AsTask();
        await empty.DisposeAsync().Within("dispose");
        await Assert.ThrowsAsync<ObjectDisposedException>(() => take.Within("take"));
    }

    private StandbyPool<Puppet> Pool(
        int count = 1, Action<ExitReason>? failed = null, Action<Puppet>? started = null, SemaphoreSlim? gate = null) => new(
        async token =>
        {
            await (gate?.WaitAsync(token) ?? Task.CompletedTask);
            Puppet puppet = new($"p{Interlocked.Increment(ref _starts)}", _puppets);
            started?.Invoke(puppet);
            return puppet;
        },
        new StandbyOptions { Count = count, Failed = failed, Backoff = Backoff.None });
}
