using Viaduct.Links;
using Viaduct.Memory;
using Viaduct.Model.Running;

namespace Viaduct.Model.Scenarios;

/// <summary>Threads of one process: some wait at a socket for what no peer tells, such as a death or a cancellation, and one brings it.</summary>
internal sealed unsafe class WakingScenario : Scenario
{
    private readonly int _waiters;
    private readonly int _news;

    /// <summary>One or two waiters; the last process is the waker.</summary>
    public WakingScenario(int waiters)
    {
        _waiters = waiters;
        _news = Layout.Add("news", waiters, 64);
        Layout.AddPrivate("waitpoint", 128);
    }

    /// <inheritdoc/>
    public override int Processes => _waiters + 1;

    /// <inheritdoc/>
    public override Course Start(int process, byte* memory)
    {
        Waiters waiters = new();
        ulong* news = (ulong*)(memory + _news);
        return process < _waiters
            ? new Course(() => waiters.WaitFor(news))
            : new Course(() =>
            {
                Shared.Release(news, 1);
                waiters.Wake();
            });
    }

    /// <inheritdoc/>
    public override string ToString() => $"{_waiters} thread(s) wait and another brings news";

    /// <summary>A socket without links.</summary>
    private sealed class Waiters() : Mailbox(new ChannelSpec<Letter>("model"), new ConsumerOptions { Wait = WaitMode.Sleep })
    {
        protected override int PauseAfter(int looks) => 1;

        protected override ReadOnlySpan<LinkEnd> Ends => [];

        public void WaitFor(ulong* news)
        {
            Look look = new(news);
            Block(ref look, Timeout.InfiniteTimeSpan, CancellationToken.None);
        }
    }

    /// <summary>Whether the news is there.</summary>
    private readonly struct Look(ulong* news) : IAttempt
    {
        public bool Try() => Shared.Acquire(news) != 0;
    }
}
